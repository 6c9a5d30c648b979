package dev.spoa.cli.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The format of libpcap: a header of 24 bytes, then each packet behind 16 bytes with its time and size. */
final class ClassicPcap extends CaptureReader {
    private static final int REST_OF_HEADER = 20;
    private static final int LINK_TYPE_AT = 16;
    /** Above it are bits about frame check sequences. */
    private static final int LINK_TYPE_MASK = 0x0FFFFFFF;

    private final CaptureInput in;
    private final int nanosPerUnit;
    private final int linkType;
    private long number;

    ClassicPcap(CaptureInput in, boolean isNanos) throws IOException {
        this.in = in;
        this.nanosPerUnit = isNanos ? 1 : 1_000;
        this.linkType = in.read(REST_OF_HEADER, "the header of the capture").getInt(LINK_TYPE_AT) & LINK_TYPE_MASK;
    }

    @Override
    public @Nullable Packet next() throws IOException {
        ByteBuffer header = in.readOrEnd(16, "the header of packet " + (number + 1));
        if (header == null) {
            return null;
        }
        number++;
        long nanos = Integer.toUnsignedLong(header.getInt()) * 1_000_000_000L
                + Integer.toUnsignedLong(header.getInt()) * nanosPerUnit;
        long offset = in.position();
        int size = checkedSize(offset, header.getInt());
        return new Packet(number, offset, nanos, linkType, in.read(size, "packet " + number).array());
    }
}
