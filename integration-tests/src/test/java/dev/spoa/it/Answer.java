package dev.spoa.it;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * HAProxy's response.
 *
 * @param status the status code
 * @param headers its headers
 * @param body lines of {@code name=value}, see {@code answer.txt}
 * @param elapsed from the request to here
 */
record Answer(int status, HttpHeaders headers, String body, Duration elapsed) {
    private static final String ABSENT = "absent";

    /** The value of a variable in HAProxy; empty where HAProxy has none. */
    Optional<String> variable(String name) {
        return Optional.of(text(name)).filter(text -> !text.equals(ABSENT));
    }

    /** The bytes of a variable that is told in hexadecimal digits; empty where HAProxy has none. */
    Optional<byte[]> octets(String name) {
        return Optional.of(text(name)).filter(text -> !text.isEmpty()).map(HexFormat.of()::parseHex);
    }

    /** The value of a variable that is told in a header; empty where HAProxy has none, or its scope is over. */
    Optional<String> header(String name) {
        return headers.firstValue(name).filter(text -> !text.isEmpty() && !text.equals(ABSENT));
    }

    /** What stands in one line of the answer. */
    String text(String name) {
        String start = name + "=";
        return body.lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow().substring(start.length());
    }
}
