package dev.spoa.conformance.broken;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.FrameHeader;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the fragments of one NOTIFY together (section 3.4). For the one thread that reads the connection. */
final class Fragments {
    /** How much is put together: some frames, but nowhere near what an engine could send. */
    static final int MAX_SIZE = 1 << 20;

    private final Fault fault;
    private final List<byte[]> pieces = new ArrayList<>();
    private @Nullable FrameHeader first;
    private long size;

    Fragments(Fault fault) {
        this.fault = fault;
    }

    boolean isOpen() {
        return first != null;
    }

    void begin(FrameHeader header, byte[] piece) {
        first = header;
        pieces.clear();
        size = 0;
        add(piece);
    }

    /** Takes a further piece; the whole payload when it was the last, or null while it was not. */
    byte @Nullable [] next(FrameHeader header, byte[] piece) {
        FrameHeader begun = first;
        if (begun == null) {
            throw new ProtocolException(StatusCode.FRAME_ID_NOT_FOUND, 0, "a fragment of nothing");
        }
        boolean same = header.streamId() == begun.streamId() && header.frameId() == begun.frameId();
        if (!same && fault != Fault.FRAGMENTS_OF_TWO_MIXED) {
            throw new ProtocolException(StatusCode.INTERLACED_FRAMES, 0, "a fragment of another NOTIFY");
        }
        if (header.isAbort() && fault != Fault.ABORT_ANSWERED) {
            first = null;
            return null;
        }
        add(piece);
        if (!header.isFin()) {
            return null;
        }
        first = null;
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        List<byte[]> inOrder = fault == Fault.FRAGMENTS_JOINED_BACKWARDS ? pieces.reversed() : pieces;
        inOrder.forEach(whole::writeBytes);
        return whole.toByteArray();
    }

    private void add(byte[] piece) {
        size += piece.length;
        if (size > MAX_SIZE && fault != Fault.FRAGMENTS_UNBOUNDED) {
            throw new ProtocolException(StatusCode.FRAME_TOO_BIG, 0, "fragments of " + size + " bytes");
        }
        if (fault != Fault.FRAGMENTS_UNBOUNDED || size <= MAX_SIZE) {
            // The broken agent shares its memory with the tests: it only behaves as if it kept all of them.
            pieces.add(piece);
        }
    }
}
