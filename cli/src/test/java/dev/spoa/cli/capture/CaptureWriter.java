package dev.spoa.cli.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes capture files. */
public final class CaptureWriter {
    public static final long START = 1_764_036_000L * 1_000_000_000L;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteOrder order;
    private final boolean isNanos;
    private final boolean isPcapNg;

    private CaptureWriter(ByteOrder order, boolean isNanos, boolean isPcapNg) {
        this.order = order;
        this.isNanos = isNanos;
        this.isPcapNg = isPcapNg;
    }

    public static CaptureWriter pcap(ByteOrder order, boolean isNanos, int linkType) {
        CaptureWriter writer = new CaptureWriter(order, isNanos, false);
        writer.put(writer.buffer(24).putInt(isNanos ? CaptureReader.NANOS : CaptureReader.MICROS).putShort((short) 2)
                .putShort((short) 4).putInt(0).putInt(0).putInt(65_535).putInt(linkType));
        return writer;
    }

    public static CaptureWriter pcap(int linkType) {
        return pcap(ByteOrder.LITTLE_ENDIAN, false, linkType);
    }

    /** With an interface block whose resolution is nanoseconds, and a block that nobody knows. */
    public static CaptureWriter pcapNg(ByteOrder order, int linkType) {
        CaptureWriter writer = new CaptureWriter(order, true, true);
        writer.put(writer.buffer(28).putInt(CaptureReader.SECTION_HEADER).putInt(28).putInt(0x1A2B3C4D)
                .putShort((short) 1).putShort((short) 0).putLong(-1).putInt(28));
        writer.put(writer.buffer(16).putInt(0x0BAD).putInt(16).putInt(0).putInt(16));
        writer.put(writer.buffer(32).putInt(1).putInt(32).putShort((short) linkType).putShort((short) 0).putInt(65_535)
                .putShort((short) 9).putShort((short) 1).put((byte) 9).put(new byte[3]).putInt(0).putInt(32));
        return writer;
    }

    /** A packet some milliseconds after {@link #START}. */
    public CaptureWriter packet(int millis, byte[] bytes) {
        long nanos = START + millis * 1_000_000L;
        if (isPcapNg) {
            int padded = (bytes.length + 3) & ~3;
            put(buffer(32 + padded).putInt(6).putInt(32 + padded).putInt(0).putInt((int) (nanos >>> 32))
                    .putInt((int) nanos).putInt(bytes.length).putInt(bytes.length).put(bytes)
                    .put(new byte[padded - bytes.length]).putInt(32 + padded));
        } else {
            int fraction = (int) (nanos % 1_000_000_000L);
            put(buffer(16 + bytes.length).putInt((int) (nanos / 1_000_000_000L))
                    .putInt(isNanos ? fraction : fraction / 1_000).putInt(bytes.length).putInt(bytes.length)
                    .put(bytes));
        }
        return this;
    }

    public CaptureWriter raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public byte[] bytes() {
        return out.toByteArray();
    }

    private ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(order);
    }

    private void put(ByteBuffer bytes) {
        byte[] written = new byte[bytes.position()];
        bytes.flip().get(written);
        out.writeBytes(written);
    }
}
