package dev.spoa.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The insides of a payload as this module reads them, by code that shares nothing with what is tested. Once something is
 * malformed all that it returns is without meaning.
 */
public final class ReferenceValues {
    private static final BigInteger TOO_LARGE = BigInteger.ONE.shiftLeft(64);

    /**
     * A message.
     *
     * @param name its name
     * @param text name and all arguments
     */
    public record Message(String name, String text) {}

    private final byte[] in;
    private int at;
    private boolean malformed;

    /**
     * Begins somewhere.
     *
     * @param in the bytes
     * @param at where to begin
     */
    public ReferenceValues(byte[] in, int at) {
        this.in = in;
        this.at = at;
    }

    /**
     * Whether the bytes are not what was asked for.
     *
     * @return whether something was wrong
     */
    public boolean isMalformed() {
        return malformed;
    }

    private int octet() {
        if (at >= in.length) {
            malformed = true;
            return 0;
        }
        return in[at++] & 0xFF;
    }

    long varint() {
        int first = octet();
        if (first < 240) {
            return first;
        }
        BigInteger sum = BigInteger.valueOf(first);
        int shift = 4;
        int next;
        do {
            next = octet();
            sum = sum.add(BigInteger.valueOf(next).shiftLeft(shift));
            shift += 7;
            malformed |= sum.compareTo(TOO_LARGE) >= 0;
        } while (next >= 128 && !malformed);
        return sum.longValue();
    }

    byte[] rest() {
        return malformed ? new byte[0] : Arrays.copyOfRange(in, at, in.length);
    }

    private byte[] bytes(long count) {
        if (malformed || count < 0 || count > in.length - at) {
            malformed = true;
            return new byte[0];
        }
        at += (int) count;
        return Arrays.copyOfRange(in, at - (int) count, at);
    }

    /** A value as the tested code's {@code Value} and its bytes have it, as far as both can say it. */
    private String value() {
        int type = octet();
        return switch (type & 0x0F) {
            case 0 -> "NULL";
            case 1 -> "BOOL " + (type == 0x11);
            case 2 -> "INT32 " + varint();
            case 3 -> "UINT32 " + varint();
            case 4 -> "INT64 " + varint();
            case 5 -> "UINT64 " + varint();
            case 6 -> "IPV4 " + hex(bytes(4));
            case 7 -> "IPV6 " + hex(bytes(16));
            case 8 -> "STRING " + hex(bytes(varint()));
            case 9 -> "BINARY " + hex(bytes(varint()));
            default -> {
                malformed = true;
                yield "";
            }
        };
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Reads the payload of a NOTIFY.
     *
     * @param payload the bytes
     * @return the messages; null where they are malformed
     */
    public static @Nullable List<Message> messages(byte[] payload) {
        ReferenceValues values = new ReferenceValues(payload, 0);
        List<Message> messages = new ArrayList<>();
        while (values.at < payload.length && !values.malformed) {
            String name = new String(values.bytes(values.varint()), UTF_8);
            StringBuilder message = new StringBuilder(name).append('(');
            int count = values.octet();
            for (int i = 0; i < count && !values.malformed; i++) {
                message.append(new String(values.bytes(values.varint()), UTF_8)).append('=').append(values.value())
                        .append(',');
            }
            messages.add(new Message(name, message.append(')').toString()));
        }
        return values.malformed ? null : messages;
    }
}
