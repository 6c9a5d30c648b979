package dev.spoa.agent;

import dev.spoa.fuzz.BoundedAllocator;
import dev.spoa.fuzz.Script;
import dev.spoa.fuzz.Violation;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.FrameHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Fragments in any order, with any ids and flags, against a plain account of what has to come of them. */
public final class FragmentsTarget {
    private static final int[] LIMITS = {64, 0, 1, 1_000};
    private static final int NOTIFY = 3;
    private static final int UNSET = 0;
    private static final BoundedAllocator ALLOCATOR = new BoundedAllocator();

    private final int limit;
    private final Reassembly reassembly;
    private @Nullable ByteArrayOutputStream open;
    private long openStream;
    private long openFrame;

    private FragmentsTarget(int limit) {
        this.limit = limit;
        this.reassembly = new Reassembly(ALLOCATOR, limit);
    }

    /**
     * Takes an input.
     *
     * @param input the limit, then for each fragment three bytes (flags and kind, ids, size) and its payload
     */
    public static void fuzzerTestOneInput(byte[] input) {
        Script script = new Script(input);
        FragmentsTarget target = new FragmentsTarget(LIMITS[script.next() % LIMITS.length]);
        // while it grows a buffer has its old bytes beside the new ones, which may be twice as many
        ALLOCATOR.begin(64 + 3L * target.limit);
        while (script.hasNext()) {
            int kind = script.next();
            int ids = script.next();
            FrameHeader header = new FrameHeader((kind & 1) == 0 ? NOTIFY : UNSET, kind >> 1, ids & 0x03, ids >> 6);
            byte[] payload = script.take(script.next());
            String expected = target.expected(header, payload);
            Violation.checkEqual("what comes of " + header + " with " + payload.length + " bytes",
                    target.actual(header, payload), expected);
            if (expected.startsWith("status")) {
                break;
            }
            Violation.checkEqual("whether a NOTIFY is open", target.reassembly.isOpen(), target.open != null);
        }
        target.reassembly.close();
        ALLOCATOR.end();
    }

    /** As the connection uses it. */
    private String actual(FrameHeader header, byte[] bytes) {
        ByteBuf payload = Unpooled.wrappedBuffer(bytes);
        try {
            if (header.type() == UNSET) {
                ByteBuf whole = reassembly.add(header, payload);
                if (whole == null) {
                    return "";
                }
                String text = HexFormat.of().formatHex(ByteBufUtil.getBytes(whole));
                whole.release();
                return "whole " + text;
            }
            reassembly.checkClosed(payload);
            if (header.isFin()) {
                return "whole " + HexFormat.of().formatHex(bytes);
            }
            reassembly.begin(header, payload);
            return "";
        } catch (ProtocolException e) {
            return "status " + e.status();
        }
    }

    private String expected(FrameHeader header, byte[] bytes) {
        ByteArrayOutputStream before = open;
        if (header.type() == NOTIFY) {
            if (before != null) {
                return "status " + StatusCode.INTERLACED_FRAMES;
            }
            if (header.isFin()) {
                return "whole " + HexFormat.of().formatHex(bytes);
            }
            if (limit == 0) {
                return "status " + StatusCode.FRAGMENTATION_NOT_SUPPORTED;
            }
            openStream = header.streamId();
            openFrame = header.frameId();
            open = new ByteArrayOutputStream();
        } else if (before == null) {
            return "status " + StatusCode.FRAME_ID_NOT_FOUND;
        } else if (header.streamId() != openStream || header.frameId() != openFrame) {
            return "status " + StatusCode.INTERLACED_FRAMES;
        } else if (header.isAbort()) {
            open = null;
            return "";
        }
        return appended(header, bytes);
    }

    private String appended(FrameHeader header, byte[] bytes) {
        ByteArrayOutputStream collected = open;
        if (collected == null || collected.size() + bytes.length > limit) {
            return "status " + StatusCode.FRAME_TOO_BIG;
        }
        collected.writeBytes(bytes);
        if (header.type() == NOTIFY || !header.isFin()) {
            return "";
        }
        open = null;
        return "whole " + HexFormat.of().formatHex(collected.toByteArray());
    }
}
