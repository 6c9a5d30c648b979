package dev.spoa.cli;

import dev.spoa.protocol.wire.Printable;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes as people write them down: plain hex with blanks, newlines, {@code 0x} and comments after {@code #}, or a dump of
 * {@code xxd}, {@code hexdump -C} or {@code tcpdump -X}. A dump is recognised by the offset before each line, which must
 * fit the bytes before it. For one thread; a value for one text.
 */
final class HexText {
    /** The largest text that is read. */
    static final int MAX_TEXT = 64 * 1_048_576;

    private static final Pattern XXD = Pattern.compile("\\s*([0-9a-fA-F]{4,16}):\\s(.*)");
    private static final Pattern TCPDUMP = Pattern.compile("\\s*0x([0-9a-fA-F]{4,8}):\\s\\s(.*)");
    private static final Pattern HEXDUMP = Pattern.compile("([0-9a-fA-F]{8,16})\\s\\s(.*?)\\s*(\\|.*\\|)?\\s*");
    private static final Pattern HEXDUMP_END = Pattern.compile("[0-9a-fA-F]{8,16}\\s*");
    private static final Pattern BLANKS = Pattern.compile("\\s{2,}");
    private static final Pattern TOKENS = Pattern.compile("[\\s,;:_-]+|0[xX]|\\\\x");
    private static final Pattern COMMENT = Pattern.compile("#.*");

    private final List<byte[]> blocks = new ArrayList<>();
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private boolean isPackets;
    private boolean isDump;
    private boolean isRepeating;
    private long size;
    private int line;

    /** Text that is no hex. */
    static final class HexException extends Exception {
        private static final long serialVersionUID = 1L;

        HexException(int line, String message) {
            super("line " + line + ": " + message);
        }
    }

    private HexText() {}

    /** Whether bytes are text of any kind. */
    static boolean isText(byte[] head) {
        for (byte b : head) {
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Whether a file that begins like this is hex text. */
    static boolean isHex(byte[] head) {
        if (!isText(head)) {
            return false;
        }
        for (String line : new String(head, StandardCharsets.UTF_8).split("\\R", 20)) {
            String plain = COMMENT.matcher(line).replaceFirst("");
            if (!plain.isBlank()) {
                Matcher dump = HEXDUMP.matcher(line);
                String digits = dump.matches() && dump.group(3) != null ? dump.group(2) : plain;
                return XXD.matcher(line).matches() || TCPDUMP.matcher(line).matches() || isTcpdumpHeading(line)
                        || TOKENS.matcher(digits).replaceAll("").matches("[0-9a-fA-F]+");
            }
        }
        return false;
    }

    /** Reads a text in UTF-8. */
    static HexText read(byte[] text) throws IOException, HexException {
        HexText hex = new HexText();
        // line by line: all lines at once would take many times the memory of the text
        BufferedReader lines = new BufferedReader(new InputStreamReader(new ByteArrayInputStream(text),
                StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            hex.line++;
            hex.line(line);
        }
        hex.endBlock();
        return hex;
    }

    /** Whether it is of tcpdump, so that each block is a packet from its IP header on. */
    boolean isPackets() {
        return isPackets;
    }

    /** The bytes: one block, or one for each time that a dump's offsets begin again at 0. */
    List<byte[]> blocks() {
        return blocks;
    }

    private void line(String text) throws HexException {
        if (text.isBlank()) {
            if (isPackets) {
                endBlock();
            }
            return;
        }
        Matcher tcpdump = TCPDUMP.matcher(text);
        Matcher xxd = XXD.matcher(text);
        Matcher hexdump = HEXDUMP.matcher(text);
        if (tcpdump.matches()) {
            isPackets = true;
            dump(tcpdump.group(1), tcpdump.group(2));
        } else if (isPackets) {
            endBlock();
        } else if (xxd.matches()) {
            dump(xxd.group(1), xxd.group(2));
        } else if (hexdump.matches() && (hexdump.group(3) != null || isDump)) {
            dump(hexdump.group(1), hexdump.group(2).replace("  ", " "));
        } else if (isDump && HEXDUMP_END.matcher(text).matches()) {
            offset(text.strip());
        } else if (isDump && text.strip().equals("*")) {
            isRepeating = true;
        } else if (!isTcpdumpHeading(text)) {
            plain(COMMENT.matcher(text).replaceFirst(""));
        }
    }

    /** The line before each packet of tcpdump. */
    private static boolean isTcpdumpHeading(String text) {
        return text.contains(" IP ") || text.contains(" IP6 ");
    }

    private void dump(String offset, String rest) throws HexException {
        isDump = true;
        offset(offset);
        append(BLANKS.split(rest.strip(), 2)[0].replace(" ", ""));
    }

    private void offset(String hex) throws HexException {
        long offset = Long.parseUnsignedLong(hex, 16);
        if (offset == 0 && block.size() > 0) {
            endBlock();
        }
        if (isRepeating) {
            isRepeating = false;
            byte[] all = block.toByteArray();
            int row = Math.min(all.length, 16);
            while (row > 0 && Long.compareUnsigned(block.size(), offset) < 0) {
                block.write(all, all.length - row, row);
                checkSize(row);
            }
        }
        if (offset != block.size()) {
            throw new HexException(line, "offset " + hex + " where " + Integer.toHexString(block.size())
                    + " was expected, because that many bytes stand before it");
        }
    }

    private void plain(String text) throws HexException {
        Matcher between = TOKENS.matcher(text);
        int begin = 0;
        while (between.find()) {
            append(text.substring(begin, between.start()));
            begin = between.end();
        }
        append(text.substring(begin));
    }

    private void append(String digits) throws HexException {
        for (int i = 0; i < digits.length(); i++) {
            if (!HexFormat.isHexDigit(digits.charAt(i))) {
                throw new HexException(line, "expected hex digits, but \"" + shown(digits) + "\" came");
            }
        }
        if (digits.length() % 2 != 0) {
            throw new HexException(line, "expected two digits for each byte, but \"" + shown(digits) + "\" has "
                    + digits.length());
        }
        byte[] bytes = HexFormat.of().parseHex(digits);
        checkSize(bytes.length);
        block.writeBytes(bytes);
    }

    private static String shown(String text) {
        return Printable.message(text.length() > 40 ? text.substring(0, 40) + "..." : text);
    }

    private void checkSize(int more) throws HexException {
        size += more;
        if (size > MAX_TEXT) {
            throw new HexException(line, "more than " + MAX_TEXT + " bytes, the most that hex text may have;"
                    + " decode them as raw bytes");
        }
    }

    private void endBlock() {
        if (block.size() > 0) {
            blocks.add(block.toByteArray());
            block.reset();
        }
    }
}
