package dev.spoa.protocol;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A typed value as it travels (section 1.3): one record for each type of the wire, so that a {@code switch} over it is
 * exhaustive.
 *
 * <p>
 * The four integer records all hold the raw 64 bits that came, because that is what HAProxy does: it neither narrows
 * nor sign-extends by type. An IPv6 address keeps its sixteen bytes even where it is an IPv4-mapped one.
 */
public sealed interface Value {
    /** The value of type NULL. */
    Value NULL = new Null();
    /** The value true. */
    Value TRUE = new Bool(true);
    /** The value false. */
    Value FALSE = new Bool(false);

    /**
     * The value's type on the wire.
     *
     * @return its type
     */
    ValueType type();

    /** No value. */
    record Null() implements Value {
        @Override
        public ValueType type() {
            return ValueType.NULL;
        }
    }

    /**
     * True or false.
     *
     * @param value which of them
     */
    record Bool(boolean value) implements Value {
        @Override
        public ValueType type() {
            return ValueType.BOOL;
        }
    }

    /**
     * An integer that its sender calls a signed 32-bit one.
     *
     * @param value the 64 bits on the wire; a negative number is sent sign-extended
     */
    record Int32(long value) implements Value {
        @Override
        public ValueType type() {
            return ValueType.INT32;
        }
    }

    /**
     * An integer that its sender calls an unsigned 32-bit one.
     *
     * @param value the 64 bits on the wire
     */
    record Uint32(long value) implements Value {
        @Override
        public ValueType type() {
            return ValueType.UINT32;
        }
    }

    /**
     * A signed 64-bit integer: every integer in a message of HAProxy is one.
     *
     * @param value the integer
     */
    record Int64(long value) implements Value {
        @Override
        public ValueType type() {
            return ValueType.INT64;
        }
    }

    /**
     * An unsigned 64-bit integer.
     *
     * @param value its 64 bits; negative above 2^63-1, see {@link Long#toUnsignedString(long)}
     */
    record Uint64(long value) implements Value {
        @Override
        public ValueType type() {
            return ValueType.UINT64;
        }

        @Override
        public String toString() {
            return "Uint64[value=" + Long.toUnsignedString(value) + "]";
        }
    }

    /**
     * An IPv4 address.
     *
     * @param bits its four bytes, the first in the highest eight bits
     */
    record Ipv4(int bits) implements Value {
        @Override
        public ValueType type() {
            return ValueType.IPV4;
        }

        /**
         * The address in Java's form.
         *
         * @return the address
         */
        public Inet4Address address() {
            return (Inet4Address) addressOf(ByteBuffer.allocate(4).putInt(bits).array());
        }

        @Override
        public String toString() {
            return "Ipv4[" + address().getHostAddress() + "]";
        }
    }

    /**
     * An IPv6 address.
     *
     * @param high its first eight bytes
     * @param low its last eight bytes
     */
    record Ipv6(long high, long low) implements Value {
        @Override
        public ValueType type() {
            return ValueType.IPV6;
        }

        /**
         * The address in Java's form. It stays an IPv6 address where it is an IPv4-mapped one.
         *
         * @return the address, without a scope
         */
        public Inet6Address address() {
            try {
                return Inet6Address.getByAddress(null, ByteBuffer.allocate(16).putLong(high).putLong(low).array(), -1);
            } catch (UnknownHostException e) {
                throw new AssertionError("sixteen bytes are an IPv6 address", e);
            }
        }

        @Override
        public String toString() {
            return "Ipv6[" + address().getHostAddress() + "]";
        }
    }

    /**
     * Text in no declared charset, so bytes first: URLs and headers need not be UTF-8.
     *
     * @param bytes the bytes; copied on the way in and out
     */
    @SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, and compared by content
    record Str(byte[] bytes) implements Value {
        /**
         * Takes a copy of the bytes.
         *
         * @param bytes the text's bytes
         */
        public Str {
            bytes = bytes.clone();
        }

        /**
         * The bytes.
         *
         * @return a copy of them
         */
        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public ValueType type() {
            return ValueType.STRING;
        }

        /**
         * The text decoded as UTF-8, each malformed sequence replaced by U+FFFD.
         *
         * @return the text
         */
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Str that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Str[" + text() + "]";
        }
    }

    /**
     * Bytes.
     *
     * @param bytes the bytes; copied on the way in and out
     */
    @SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, and compared by content
    record Binary(byte[] bytes) implements Value {
        /**
         * Takes a copy of the bytes.
         *
         * @param bytes the bytes
         */
        public Binary {
            bytes = bytes.clone();
        }

        /**
         * The bytes.
         *
         * @return a copy of them
         */
        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public ValueType type() {
            return ValueType.BINARY;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Binary that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Binary[" + HexFormat.of().formatHex(bytes) + "]";
        }
    }

    /**
     * A BOOL.
     *
     * @param value true or false
     * @return the value
     */
    static Value of(boolean value) {
        return value ? TRUE : FALSE;
    }

    /**
     * An INT32.
     *
     * @param value the integer
     * @return the value
     */
    static Value of(int value) {
        return new Int32(value);
    }

    /**
     * An INT64.
     *
     * @param value the integer
     * @return the value
     */
    static Value of(long value) {
        return new Int64(value);
    }

    /**
     * A STRING of the text's UTF-8 bytes.
     *
     * @param value the text
     * @return the value
     */
    static Value of(String value) {
        return new Str(value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A BINARY.
     *
     * @param value the bytes; copied
     * @return the value
     */
    static Value of(byte[] value) {
        return new Binary(value);
    }

    /**
     * An IPV4 or IPV6, after the class of the address.
     *
     * @param value the address; a scope is not sent
     * @return the value
     */
    static Value of(InetAddress value) {
        ByteBuffer bytes = ByteBuffer.wrap(value.getAddress());
        return value instanceof Inet4Address ? new Ipv4(bytes.getInt()) : new Ipv6(bytes.getLong(), bytes.getLong());
    }

    private static InetAddress addressOf(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an IPv4 address", e);
        }
    }
}
