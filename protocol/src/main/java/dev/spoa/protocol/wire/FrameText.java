package dev.spoa.protocol.wire;

import dev.spoa.protocol.StatusCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One frame for people: what it is made of, at which byte each part begins, and what is wrong with it. Made of any bytes
 * whatever, without an exception, and bounded however large the frame is. All offsets count from the first byte of
 * LENGTH.
 *
 * @param size how many bytes were looked at, LENGTH included
 * @param length the value of LENGTH, -1 where not even that is there
 * @param type the byte of the frame's type, -1 where it is not there
 * @param header the header, null where it is not whole
 * @param items the parts in their order, {@link #MAX_ITEMS} at most
 * @param omitted how many more parts there are
 * @param notes what is legal but worth knowing
 * @param faults what is malformed, the first thing first; empty for a good frame
 */
public record FrameText(int size, long length, int type, @Nullable FrameHeader header, List<Item> items, int omitted,
        List<String> notes, List<Fault> faults) {
    /** The most items of one frame. */
    public static final int MAX_ITEMS = 1_000;

    private static final int MAX_LINE = 400;
    private static final int HEX_COLUMN = 24;

    /** What an item is. */
    public enum Kind {
        /** The four bytes of LENGTH. */
        LENGTH,
        /** The byte of the frame's type. */
        TYPE,
        /** The four bytes of flags. */
        FLAGS,
        /** The stream-id. */
        STREAM_ID,
        /** The frame-id. */
        FRAME_ID,
        /** A key and its value, in HELLO and DISCONNECT. */
        KEY,
        /** A message's name and the number of its arguments. */
        MESSAGE,
        /** An argument's name and value. */
        ARGUMENT,
        /** An action SET-VAR. */
        SET_VAR,
        /** An action UNSET-VAR. */
        UNSET_VAR,
        /** The payload of a fragment, which means something only behind the one before it. */
        FRAGMENT,
        /** Bytes that were not read, because something before them is wrong. */
        UNREAD;

        /**
         * The kind as the protocol's reference writes it.
         *
         * @return for example {@code STREAM-ID}
         */
        public String label() {
            return name().replace('_', '-');
        }
    }

    /**
     * A part of a frame. All texts are bounded and safe to print.
     *
     * @param offset where it begins
     * @param size how many bytes it has
     * @param depth 1 for what belongs to the item of depth 0 before it, as arguments do to their message
     * @param kind what it is
     * @param hex its first bytes
     * @param name the name of a key, message, argument or variable (scope, blank, name), else empty
     * @param type the type of typed data, else empty
     * @param value what it says
     */
    public record Item(int offset, int size, int depth, Kind kind, String hex, String name, String type, String value) {
        /**
         * The item in words.
         *
         * @return for example {@code ip = IPV4 192.0.2.1}
         */
        public String meaning() {
            return switch (kind) {
                case LENGTH, TYPE, FLAGS, STREAM_ID, FRAME_ID -> kind.label() + " " + value;
                case KEY -> name + " = " + typed();
                case MESSAGE -> "message " + name + ", " + value;
                case ARGUMENT -> (name.isEmpty() ? "(no name)" : name) + " = " + typed();
                case SET_VAR -> "SET-VAR " + name + " = " + typed();
                case UNSET_VAR -> "UNSET-VAR " + name;
                case FRAGMENT -> "part of a fragmented payload, " + value;
                case UNREAD -> "not read, " + value;
            };
        }

        String typed() {
            return value.isEmpty() ? type : type + " " + value;
        }
    }

    /**
     * Something malformed.
     *
     * @param offset where the offending item begins
     * @param status the status code that belongs to it
     * @param message what was expected and what came
     */
    public record Fault(int offset, StatusCode status, String message) {
        @Override
        public String toString() {
            return "byte " + offset + ": " + says();
        }

        String says() {
            return message + " [status " + status.code() + "]";
        }
    }

    /** Keeps the lists from change. */
    public FrameText {
        items = List.copyOf(items);
        notes = List.copyOf(notes);
        faults = List.copyOf(faults);
    }

    /**
     * Takes a frame apart.
     *
     * @param frame whose readable bytes are one frame with LENGTH, or what there is of one; its indices are not moved,
     *        and it is not released
     * @return what it says
     */
    public static FrameText of(ByteBuf frame) {
        return FrameWalk.of(frame);
    }

    /**
     * Takes a frame apart.
     *
     * @param frame one frame with LENGTH, or what there is of one
     * @return what it says
     */
    public static FrameText of(byte[] frame) {
        return of(Unpooled.wrappedBuffer(frame));
    }

    /**
     * Whether anything is wrong with it.
     *
     * @return whether there are faults
     */
    public boolean isMalformed() {
        return !faults.isEmpty();
    }

    /**
     * The frame's name.
     *
     * @return for example {@code AGENT-HELLO}, {@code frame of type 50}
     */
    public String name() {
        return type < 0 ? "incomplete frame" : nameOf(type);
    }

    static String nameOf(int type) {
        return FrameType.ofCode(type).map(known -> known.name().replace('_', '-')).orElse("frame of type " + type);
    }

    /**
     * The frame on one line, for messages of errors.
     *
     * @return for example {@code NOTIFY stream 1 frame 1, 36 bytes: check-client-ip(ip = IPV4 192.0.2.1)}
     */
    public String line() {
        StringBuilder out = new StringBuilder(heading());
        String content = content();
        if (!content.isEmpty()) {
            out.append(": ").append(content);
        }
        if (out.length() > MAX_LINE) {
            out.setLength(Character.isHighSurrogate(out.charAt(MAX_LINE - 1)) ? MAX_LINE - 1 : MAX_LINE);
            out.append("...");
        }
        if (isMalformed()) {
            out.append("; malformed at ").append(faults.getFirst());
        }
        return out.toString();
    }

    /**
     * Type, flags, ids and size.
     *
     * @return for example {@code ACK stream 3 frame 1, 11 bytes}
     */
    public String heading() {
        StringBuilder out = new StringBuilder(name());
        FrameHeader known = header;
        if (known != null) {
            if (known.flags() != FrameHeader.FIN) {
                out.append(" [").append(flags(known.flags())).append(']');
            }
            out.append(" stream ").append(Long.toUnsignedString(known.streamId()))
                    .append(" frame ").append(Long.toUnsignedString(known.frameId()));
        }
        return out.append(", ").append(size).append(size == 1 ? " byte" : " bytes").toString();
    }

    /**
     * The whole frame, an item on each line with its offset, its bytes and its meaning; then notes, then faults.
     *
     * @return lines, each with its end of line
     */
    public String text() {
        return text(fault -> "byte " + fault.offset);
    }

    /**
     * The whole frame as a part of something larger, whose offsets faults are told with, too.
     *
     * @param base where in that the frame begins
     * @param whole what that is, for example {@code the input}
     * @return lines, each with its end of line
     */
    public String text(long base, String whole) {
        return text(fault -> "byte " + fault.offset + " (byte " + (base + fault.offset) + " of " + whole + ")");
    }

    private String text(Function<Fault, String> place) {
        StringBuilder out = new StringBuilder(heading()).append('\n');
        for (Item item : items) {
            String hex = item.hex.length() > HEX_COLUMN ? item.hex.substring(0, HEX_COLUMN - 3) + "..." : item.hex;
            out.append(String.format(Locale.ROOT, "  %5d  %-" + HEX_COLUMN + "s  %s%s\n", item.offset, hex,
                    "  ".repeat(item.depth), item.meaning()));
        }
        if (omitted > 0) {
            out.append("         and ").append(omitted).append(" more\n");
        }
        notes.forEach(note -> out.append("  note: ").append(note).append('\n'));
        faults.forEach(fault -> out.append("  malformed at ").append(place.apply(fault)).append(": ")
                .append(fault.says()).append('\n'));
        return out.toString();
    }

    private String content() {
        StringBuilder out = new StringBuilder();
        boolean open = false;
        for (Item item : items) {
            if (out.length() > MAX_LINE) {
                break;
            }
            if (open && item.depth == 0) {
                out.append(')');
                open = false;
            }
            switch (item.kind) {
                case MESSAGE -> {
                    separate(out, ", ").append(item.name).append('(');
                    open = true;
                }
                case ARGUMENT -> (out.charAt(out.length() - 1) == '(' ? out : out.append(", "))
                        .append(item.meaning());
                case KEY, SET_VAR, UNSET_VAR, FRAGMENT -> separate(out, ", ").append(item.meaning());
                default -> {
                }
            }
        }
        return open ? out.append(')').toString() : out.toString();
    }

    private static StringBuilder separate(StringBuilder out, String by) {
        return out.isEmpty() ? out : out.append(by);
    }

    static String flags(int flags) {
        int reserved = flags & ~(FrameHeader.FIN | FrameHeader.ABORT);
        String all = ((flags & FrameHeader.FIN) == 0 ? "" : "FIN ") + ((flags & FrameHeader.ABORT) == 0 ? "" : "ABORT ")
                + (reserved == 0 ? "" : String.format(Locale.ROOT, "reserved %08x", reserved));
        return all.isEmpty() ? "none" : all.strip();
    }
}
