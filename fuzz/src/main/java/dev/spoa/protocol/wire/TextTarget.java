package dev.spoa.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spoa.fuzz.ReferenceFrame;
import dev.spoa.fuzz.ReferenceValues;
import dev.spoa.fuzz.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;

/** A frame as text: made of any bytes whatever, bounded, with nothing that a terminal obeys, and its offsets are in order. */
public final class TextTarget {
    private static final int MOST_OF_A_LINE = 2_000;

    private TextTarget() {}

    /**
     * Takes an input.
     *
     * @param input a frame, or something else
     */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuf in = Unpooled.wrappedBuffer(new byte[3], input).skipBytes(3);
        FrameText text = FrameText.of(in);
        Violation.checkEqual("bytes that are left", in.readableBytes(), input.length);
        checkItems(text, input.length);
        String line = text.line();
        Violation.check(line.indexOf('\n') < 0, () -> "a line with an end in it: " + line);
        checkPrintable(line);
        checkPrintable(text.text());
        checkPrintable(text.text(1L << 40, "the input"));
        Violation.check(text.name().length() < 40, () -> "the name " + text.name());
        compare(text, input);
        checkPrintable(Printable.whole(input));
        checkPrintable(Printable.text(input));
        checkPrintable(Printable.name(input));
        checkPrintable(Printable.message(new String(input, UTF_8)));
    }

    private static void checkItems(FrameText text, int size) {
        Violation.checkEqual("size", text.size(), size);
        Violation.check(text.items().size() <= FrameText.MAX_ITEMS, () -> text.items().size() + " items");
        int at = 0;
        for (FrameText.Item item : text.items()) {
            int before = at;
            Violation.check(item.depth() > 0 || item.offset() >= before, () -> item + " behind byte " + before);
            Violation.check(item.offset() >= 0 && item.size() >= 0 && item.offset() + item.size() <= size,
                    () -> item + " in " + size + " bytes");
            at = item.offset();
        }
        for (FrameText.Fault fault : text.faults()) {
            Violation.check(fault.offset() >= 0 && fault.offset() <= size, () -> fault + " in " + size + " bytes");
        }
    }

    /** What a reference says of a NOTIFY: whether it is malformed. */
    private static void compare(FrameText text, byte[] input) {
        List<ReferenceFrame> frames = ReferenceFrame.all(input, 0);
        if (frames.size() == 1 && frames.getFirst().size() + 4 == input.length) {
            ReferenceFrame frame = frames.getFirst();
            FrameHeader header = text.header();
            Violation.checkEqual("the header", header, new FrameHeader(frame.type(), frame.flags(), frame.streamId(),
                    frame.frameId()));
            if (frame.type() == ReferenceFrame.NOTIFY && frame.isFin()) {
                boolean isGood = ReferenceValues.messages(frame.payload()) != null;
                Violation.check(isGood != text.isMalformed(), () -> "the faults " + text.faults() + " of "
                        + Arrays.toString(input));
            }
        } else {
            Violation.check(text.isMalformed(), () -> "no fault in " + Arrays.toString(input));
        }
    }

    private static void checkPrintable(String text) {
        int lineBegin = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int at = i;
            Violation.check(c == '\n' || (c >= ' ' && (c < 0x7F || c > 0x9F)), () -> "the character "
                    + (int) text.charAt(at) + " at " + at);
            Violation.check(!isLoneSurrogate(text, i), () -> "half a character at " + at);
            lineBegin = c == '\n' ? i + 1 : lineBegin;
        }
        Violation.check(lineBegin == 0 || text.lines().allMatch(line -> line.length() < MOST_OF_A_LINE),
                () -> "a line of more than " + MOST_OF_A_LINE + " characters");
    }

    private static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        return (Character.isHighSurrogate(c)
                && (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))))
                || (Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1))));
    }
}
