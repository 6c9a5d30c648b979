package dev.spoa.conformance.broken;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the messages of a NOTIFY (sections 1.3 and 1.4), all of them before any is handled. */
final class PayloadReader {
    private final ByteBuf in;
    private final Fault fault;

    /** One message with its arguments in their order. */
    record Received(String name, List<Argument> arguments) {}

    private PayloadReader(ByteBuf in, Fault fault) {
        this.in = in;
        this.fault = fault;
    }

    static List<Received> read(byte[] payload, Fault fault) {
        return new PayloadReader(Unpooled.wrappedBuffer(payload), fault).messages();
    }

    private List<Received> messages() {
        List<Received> messages = new ArrayList<>();
        while (in.isReadable()) {
            try {
                messages.add(message());
            } catch (ProtocolException e) {
                if (fault == Fault.TRAILING_BYTES_IGNORED && !messages.isEmpty()) {
                    break;
                }
                throw e;
            }
        }
        return messages;
    }

    private Received message() {
        String name = string();
        require(1, "NB-ARGS");
        int count = in.readUnsignedByte();
        List<Argument> arguments = new ArrayList<>();
        for (int i = 0; i < count && (in.isReadable() || fault != Fault.NB_ARGS_NOT_CHECKED); i++) {
            arguments.add(new Argument(string(), value()));
        }
        return new Received(name, arguments);
    }

    private Value value() {
        require(1, "a type");
        int type = in.readUnsignedByte();
        return switch (type & 0x0F) {
            case 0 -> Value.NULL;
            case 1 -> Value.of(type == 0x11);
            case 2 -> new Value.Int32(varint());
            case 3 -> new Value.Uint32(varint());
            case 4 -> new Value.Int64(varint());
            case 5 -> new Value.Uint64(varint());
            case 6 -> {
                require(4, "an IPv4 address");
                yield new Value.Ipv4(in.readInt());
            }
            case 7 -> {
                require(16, "an IPv6 address");
                yield new Value.Ipv6(in.readLong(), in.readLong());
            }
            case 8 -> new Value.Str(bytes());
            case 9 -> new Value.Binary(bytes());
            default -> {
                if (fault == Fault.RESERVED_TYPES_AS_NULL) {
                    yield Value.NULL;
                }
                throw new ProtocolException(StatusCode.INVALID_FRAME, in.readerIndex(), "type " + type);
            }
        };
    }

    private String string() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    private byte[] bytes() {
        long announced = varint();
        long left = in.readableBytes();
        long length = switch (fault) {
            case LENGTHS_NARROWED -> (int) announced;
            case LENGTHS_CLAMPED -> Long.compareUnsigned(announced, left) > 0 ? left : announced;
            default -> announced;
        };
        if (Long.compareUnsigned(length, left) > 0) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, in.readerIndex(),
                    "a length of " + Long.toUnsignedString(length) + " where " + left + " bytes are left");
        }
        byte[] bytes = new byte[(int) length];
        in.readBytes(bytes);
        return bytes;
    }

    private long varint() {
        return switch (fault) {
            case VARINTS_WRAP -> unchecked(false);
            case CUT_VARINTS_COMPLETED -> unchecked(true);
            default -> Varint.read(in);
        };
    }

    /** HAProxy's own decoder: no limit of bytes, and sums that wrap. */
    private long unchecked(boolean endIsZero) {
        long value = next(endIsZero);
        if (value < 240) {
            return value;
        }
        int shift = 4;
        long next;
        do {
            next = next(endIsZero);
            value += next << shift;
            shift += 7;
        } while (next >= 128);
        return value;
    }

    private long next(boolean endIsZero) {
        if (endIsZero && !in.isReadable()) {
            return 0;
        }
        require(1, "a varint");
        return in.readUnsignedByte();
    }

    private void require(int bytes, String what) {
        if (in.readableBytes() < bytes) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, in.readerIndex(), what + " is cut");
        }
    }
}
