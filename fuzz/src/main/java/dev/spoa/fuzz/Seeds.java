package dev.spoa.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Inputs that are kept, so that a run need not find out what a HELLO is: files of hex, with texts in quotes, in which
 * {@code \r} and {@code \n} are what they are in Java, and comments behind {@code #}.
 */
final class Seeds {
    private static final Pattern TOKEN = Pattern.compile("\\s+|#[^\n]*|\"([^\"]*)\"|([0-9a-fA-F]{2})+");

    private Seeds() {}

    /** The seeds of a target by the names of their files. */
    static Map<String, byte[]> of(Path folder, Target target) {
        Map<String, byte[]> seeds = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder.resolve(target.label()))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                seeds.put(file.getFileName().toString(), parse(file.toString(), Files.readString(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return seeds;
    }

    static byte[] parse(String name, String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Matcher token = TOKEN.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!token.region(at, text.length()).lookingAt()) {
                throw new IllegalArgumentException(
                        name + ": expected hex, a text in quotes or a comment at character " + at);
            }
            at = token.end();
            if (token.group(1) != null) {
                out.writeBytes(token.group(1).replace("\\r", "\r").replace("\\n", "\n")
                        .getBytes(StandardCharsets.UTF_8));
            } else if (token.group(2) != null) {
                out.writeBytes(HexFormat.of().parseHex(token.group()));
            }
        }
        return out.toByteArray();
    }

    /** Writes them as the fuzzer reads them. */
    static void write(Path from, Target target, Path to) throws IOException {
        Files.createDirectories(to);
        for (Map.Entry<String, byte[]> seed : of(from, target).entrySet()) {
            Files.write(to.resolve(seed.getKey()), seed.getValue());
        }
    }
}
