package dev.spoa.cli.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The format pcapng: blocks with their size before and behind them. Sections say the byte order, interfaces the link type
 * and the unit of time; blocks that are about something else are passed over.
 */
final class PcapNg extends CaptureReader {
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int INTERFACE = 1;
    private static final int OLD_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;
    private static final int OPTION_RESOLUTION = 9;
    private static final int OPTION_TIME_OFFSET = 14;
    private static final int AROUND = 12;
    private static final int PACKET_HEADER = 20;
    private static final int MAX_INTERFACES = 1_000;
    /** Room for a packet and its options. */
    private static final int MAX_BLOCK = MAX_PACKET + 65_536;

    private final CaptureInput in;
    private final List<Interface> interfaces = new ArrayList<>();
    private long number;

    /** What an interface block says: {@code resolution} is a power of 10, or of 2 if its top bit is set. */
    private record Interface(int linkType, int snapLength, int resolution, long secondsOffset) {
        long nanos(long units) {
            long nanos;
            int exponent = resolution & 0x7F;
            if ((resolution & 0x80) != 0) {
                long seconds = exponent > 63 ? 0 : units >>> exponent;
                double rest = exponent > 63 ? 0 : units - (seconds << exponent);
                nanos = seconds * 1_000_000_000L + (long) (rest / Math.pow(2, exponent) * 1e9);
            } else if (exponent <= 9) {
                nanos = units * (long) Math.pow(10, 9 - exponent);
            } else {
                nanos = exponent > 27 ? 0 : Long.divideUnsigned(units, (long) Math.pow(10, exponent - 9));
            }
            return nanos + secondsOffset * 1_000_000_000L;
        }
    }

    PcapNg(CaptureInput in) throws IOException {
        this.in = in;
        section();
    }

    @Override
    public @Nullable Packet next() throws IOException {
        while (true) {
            long start = in.position();
            ByteBuffer head = in.readOrEnd(4, "the type of a block");
            if (head == null) {
                return null;
            }
            int type = head.getInt();
            if (type == SECTION_HEADER) {
                section();
                continue;
            }
            long size = Integer.toUnsignedLong(in.read(4, "the size of a block").getInt());
            if (size < AROUND || size % 4 != 0) {
                throw new CaptureException(start, "a block of " + size + " bytes where multiples of 4 from " + AROUND
                        + " on are expected");
            }
            switch (type) {
                case INTERFACE -> addInterface(start, body(start, size));
                case ENHANCED_PACKET, OLD_PACKET, SIMPLE_PACKET -> {
                    long offset = in.position();
                    Packet packet = packet(type, offset, body(start, size));
                    return packet;
                }
                default -> in.skip(size - 8, "a block");
            }
        }
    }

    /** Reads a section's header behind its type. */
    private void section() throws IOException {
        long start = in.position() - 4;
        in.order(ByteOrder.BIG_ENDIAN);
        ByteBuffer head = in.read(8, "the header of a section");
        int magic = head.getInt(4);
        if (magic == Integer.reverseBytes(BYTE_ORDER_MAGIC)) {
            in.order(ByteOrder.LITTLE_ENDIAN);
        } else if (magic != BYTE_ORDER_MAGIC) {
            throw new CaptureException(start + 8, "expected the byte-order magic 1a2b3c4d in either order, but "
                    + Integer.toHexString(magic) + " came");
        }
        long size = Integer.toUnsignedLong(head.order(in.order()).getInt(0));
        if (size < 28) {
            throw new CaptureException(start, "a section header of " + size + " bytes where 28 are the least");
        }
        in.skip(size - AROUND, "the header of a section");
        interfaces.clear();
    }

    /** What a block has between its two sizes. */
    private ByteBuffer body(long start, long size) throws IOException {
        if (size > MAX_BLOCK) {
            throw new CaptureException(start, "a block of " + size + " bytes where " + MAX_BLOCK + " are the most");
        }
        ByteBuffer body = in.read((int) size - AROUND, "a block");
        in.read(4, "the size behind a block");
        return body;
    }

    private void addInterface(long start, ByteBuffer body) throws CaptureException {
        if (body.remaining() < 8) {
            throw new CaptureException(start, "an interface of " + body.remaining() + " bytes where 8 are the least");
        }
        if (interfaces.size() == MAX_INTERFACES) {
            throw new CaptureException(start, "more than " + MAX_INTERFACES + " interfaces in one section");
        }
        int linkType = Short.toUnsignedInt(body.getShort());
        body.getShort();
        int snapLength = body.getInt();
        int resolution = 6;
        long secondsOffset = 0;
        while (body.remaining() >= 4) {
            int option = Short.toUnsignedInt(body.getShort());
            int size = Short.toUnsignedInt(body.getShort());
            int padded = (size + 3) & ~3;
            if (option == 0 || padded > body.remaining()) {
                break;
            }
            if (option == OPTION_RESOLUTION && size >= 1) {
                resolution = body.get(body.position()) & 0xFF;
            } else if (option == OPTION_TIME_OFFSET && size >= 8) {
                secondsOffset = body.getLong(body.position());
            }
            body.position(body.position() + padded);
        }
        interfaces.add(new Interface(linkType, snapLength, resolution, secondsOffset));
    }

    private Packet packet(int type, long offset, ByteBuffer body) throws CaptureException {
        number++;
        int header = type == SIMPLE_PACKET ? 4 : PACKET_HEADER;
        if (body.remaining() < header) {
            throw new CaptureException(offset, "packet " + number + " of " + body.remaining() + " bytes where " + header
                    + " are the least");
        }
        int id = switch (type) {
            case SIMPLE_PACKET -> 0;
            case OLD_PACKET -> Short.toUnsignedInt(body.getShort(0));
            default -> body.getInt(0);
        };
        if (id < 0 || id >= interfaces.size()) {
            throw new CaptureException(offset, "packet " + number + " came from interface "
                    + Integer.toUnsignedString(id) + ", but " + interfaces.size() + " are described");
        }
        Interface from = interfaces.get(id);
        long nanos = 0;
        int size;
        if (type == SIMPLE_PACKET) {
            int whole = body.getInt(0);
            size = from.snapLength == 0 || Integer.compareUnsigned(whole, from.snapLength) < 0 ? whole
                    : from.snapLength;
        } else {
            nanos = from.nanos((Integer.toUnsignedLong(body.getInt(4)) << 32) | Integer.toUnsignedLong(body.getInt(8)));
            size = body.getInt(12);
        }
        if (Integer.compareUnsigned(size, body.remaining() - header) > 0) {
            throw new CaptureException(offset, "packet " + number + " of " + Integer.toUnsignedString(size)
                    + " bytes where its block has " + (body.remaining() - header));
        }
        byte[] bytes = new byte[checkedSize(offset, size)];
        body.position(header).get(bytes);
        return new Packet(number, offset + header, nanos, from.linkType, bytes);
    }
}
