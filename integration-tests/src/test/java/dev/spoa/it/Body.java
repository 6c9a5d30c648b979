package dev.spoa.it;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** Bodies of requests, with bytes of all values. */
final class Body {
    private Body() {}

    /** The same bytes for the same length. */
    static byte[] ofKilobytes(int kilobytes) {
        byte[] body = new byte[kilobytes * 1024];
        new Random(kilobytes).nextBytes(body);
        return body;
    }

    /** As HAProxy writes it. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().withUpperCase().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
