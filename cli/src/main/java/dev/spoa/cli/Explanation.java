package dev.spoa.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known about one code, from the file {@code explain.txt}.
 *
 * @param code {@code status} or {@code st}, a blank, and a number or a word
 * @param name a few words
 * @param what what happened
 * @param old what it means up to HAProxy 3.0; empty where that is nothing of its own
 * @param recent what it means from 3.1 on; empty where that is nothing of its own
 * @param causes the likely ones, most likely first
 * @param actions what to check or do
 */
record Explanation(String code, String name, String what, String old, String recent, List<String> causes,
        List<String> actions) {
    private static final String FILE = "explain.txt";

    /** Reads all, by code, in the order of the file. */
    static Map<String, Explanation> all() {
        Map<String, Map<String, List<String>>> sections = new LinkedHashMap<>();
        Map<String, List<String>> section = new LinkedHashMap<>();
        List<String> last = new ArrayList<>();
        for (String line : lines()) {
            if (line.startsWith("[")) {
                section = new LinkedHashMap<>();
                sections.put(line.substring(1, line.indexOf(']')), section);
            } else if (line.startsWith(" ")) {
                last.add(last.removeLast() + line);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                int colon = line.indexOf(':');
                last = section.computeIfAbsent(line.substring(0, colon), key -> new ArrayList<>());
                last.add(line.substring(colon + 2));
            }
        }
        Map<String, Explanation> all = new LinkedHashMap<>();
        sections.forEach((code, values) -> all.put(code, new Explanation(code, one(values, "name"),
                one(values, "what"), one(values, "old"), one(values, "new"), many(values, "cause"),
                many(values, "do"))));
        return all;
    }

    private static String one(Map<String, List<String>> values, String key) {
        return String.join(" ", many(values, key));
    }

    private static List<String> many(Map<String, List<String>> values, String key) {
        return List.copyOf(values.getOrDefault(key, List.of()));
    }

    private static List<String> lines() {
        InputStream in = Explanation.class.getResourceAsStream(FILE);
        if (in == null) {
            throw new IllegalStateException(FILE + " is missing in the jar");
        }
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
