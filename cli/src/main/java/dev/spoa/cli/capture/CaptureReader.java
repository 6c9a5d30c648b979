package dev.spoa.cli.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The packets of a capture file, one after the other. For one thread. */
public abstract sealed class CaptureReader permits ClassicPcap, PcapNg {
    /** The largest packet that is taken: what libpcap itself takes. */
    public static final int MAX_PACKET = 262_144;

    static final int MICROS = 0xA1B2C3D4;
    static final int NANOS = 0xA1B23C4D;
    static final int SECTION_HEADER = 0x0A0D0D0A;

    CaptureReader() {}

    /**
     * Whether a file is a capture.
     *
     * @param head its first bytes
     * @return whether they are those of a pcap or pcapng file
     */
    public static boolean isCapture(byte[] head) {
        if (head.length < 4) {
            return false;
        }
        int magic = ByteBuffer.wrap(head).getInt();
        return magic == SECTION_HEADER || orderOf(magic) != null;
    }

    /**
     * Opens a capture.
     *
     * @param in the file; it is not closed
     * @return its packets
     * @throws CaptureException if it is not a capture
     * @throws IOException if it cannot be read
     */
    public static CaptureReader open(InputStream in) throws IOException {
        CaptureInput input = new CaptureInput(in);
        int magic = input.read(4, "the magic number of a capture").getInt();
        ByteOrder order = orderOf(magic);
        if (order != null) {
            input.order(order);
            return new ClassicPcap(input, magic == NANOS || Integer.reverseBytes(magic) == NANOS);
        }
        if (magic == SECTION_HEADER) {
            return new PcapNg(input);
        }
        throw new CaptureException(0, "expected a pcap or pcapng file (a1b2c3d4, a1b23c4d in either byte order, or"
                + " 0a0d0d0a), but its first bytes are " + Integer.toHexString(magic));
    }

    private static @Nullable ByteOrder orderOf(int magic) {
        if (magic == MICROS || magic == NANOS) {
            return ByteOrder.BIG_ENDIAN;
        }
        int reversed = Integer.reverseBytes(magic);
        return reversed == MICROS || reversed == NANOS ? ByteOrder.LITTLE_ENDIAN : null;
    }

    /**
     * Reads a packet.
     *
     * @return the next one, null behind the last
     * @throws CaptureException if the file is not what it should be there
     * @throws IOException if it cannot be read
     */
    public abstract @Nullable Packet next() throws IOException;

    static int checkedSize(long offset, int size) throws CaptureException {
        if (Integer.compareUnsigned(size, MAX_PACKET) > 0) {
            throw new CaptureException(offset, "a packet of " + Integer.toUnsignedString(size) + " bytes where "
                    + MAX_PACKET + " are the most");
        }
        return size;
    }
}
