package dev.spoa.protocol.wire;

import dev.spoa.fuzz.BoundedAllocator;
import dev.spoa.fuzz.Script;
import dev.spoa.fuzz.Violation;
import dev.spoa.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Arbitrary bytes in arbitrary pieces: the same frames come of them however they are cut and whenever they are taken. */
public final class FrameReaderTarget {
    private static final int[] LIMITS = {16_380, 7, 256, 20, 1 << 24};
    private static final BoundedAllocator ALLOCATOR = new BoundedAllocator();

    private final byte[] bytes;
    private final int limit;

    private FrameReaderTarget(byte[] bytes, int limit) {
        this.bytes = bytes;
        this.limit = limit;
    }

    /**
     * Takes an input.
     *
     * @param input the limit; how the reader is used; the number of sizes of pieces, these, and then what is received
     */
    public static void fuzzerTestOneInput(byte[] input) {
        Script script = new Script(input);
        int limit = LIMITS[script.next() % LIMITS.length];
        int use = script.next();
        byte[] pieces = script.take(script.next() & 7);
        FrameReaderTarget target = new FrameReaderTarget(script.rest(), limit);
        List<String> expected = target.expected();
        Violation.checkEqual("frames of what came in one piece", target.read(new byte[0], 0), expected);
        Violation.checkEqual("frames of what came in pieces", target.read(pieces, 0), expected);
        Violation.checkEqual("frames taken with pauses", target.read(pieces, 1 + use), expected);
    }

    /** Each frame, then what is wrong, by a plain account of LENGTH. */
    private List<String> expected() {
        List<String> frames = new ArrayList<>();
        int at = 0;
        while (bytes.length - at >= 4) {
            long length = (bytes[at] & 0xFFL) << 24 | (bytes[at + 1] & 0xFFL) << 16 | (bytes[at + 2] & 0xFFL) << 8
                    | (bytes[at + 3] & 0xFFL);
            if (length > limit || length < 7) {
                frames.add(length > limit ? "status FRAME_TOO_BIG" : "status INVALID_FRAME");
                break;
            }
            if (length > bytes.length - at - 4) {
                break;
            }
            frames.add(HexFormat.of().formatHex(bytes, at + 4, at + 4 + (int) length));
            at += 4 + (int) length;
        }
        return frames;
    }

    /** The bits of {@code pauses} say when the sink is not ready; 0: never. */
    private List<String> read(byte[] pieces, int pauses) {
        List<String> frames = new ArrayList<>();
        boolean[] isAsleep = {false};
        int[] asked = {0};
        FrameReader reader = new FrameReader(ALLOCATOR, limit, new FrameReader.Sink() {
            @Override
            public boolean frame(ByteBuf frame) {
                byte[] read = new byte[frame.readableBytes()];
                frame.getBytes(frame.readerIndex(), read);
                frames.add(HexFormat.of().formatHex(read));
                // it need not read all, and may leave the indices anywhere
                frame.skipBytes(read.length / 2);
                return true;
            }

            @Override
            public boolean isReady() {
                isAsleep[0] = (pauses >> (asked[0]++ % 9) & 1) != 0;
                return !isAsleep[0];
            }
        });
        // one frame that is cut, in a buffer that is grown; and all that is kept while the sink is not ready, likewise
        ALLOCATOR.begin(64 + 3L * Math.max(Math.min(limit + 4L, Math.max(16_384, 4L * bytes.length)), bytes.length)
                + 3L * bytes.length);
        try {
            feed(reader, pieces, isAsleep);
        } catch (ProtocolException e) {
            frames.add("status " + e.status());
        }
        reader.close();
        ALLOCATOR.end();
        return frames;
    }

    private void feed(FrameReader reader, byte[] pieces, boolean[] isAsleep) {
        int number = 0;
        for (int at = 0; at < bytes.length;) {
            int piece = pieces.length == 0 ? bytes.length : 1 + (pieces[number++ % pieces.length] & 0xFF);
            int end = Math.min(bytes.length, at + piece);
            // a buffer that does not begin at its first byte, as those of a channel need not
            ByteBuf in = Unpooled.wrappedBuffer(Arrays.copyOf(bytes, end)).readerIndex(at);
            reader.read(in);
            at = end;
            if (isAsleep[0] && number % 2 == 0) {
                reader.resume();
            }
        }
        for (int i = 0; reader.hasKept(); i++) {
            Violation.check(i <= bytes.length * 9 + 9, () -> "bytes that are kept for ever");
            reader.resume();
        }
    }
}
