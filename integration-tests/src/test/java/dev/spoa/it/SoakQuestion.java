package dev.spoa.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;

/** What the clients of a soak ask HAProxy for, each in its share, and what has to come back. */
enum SoakQuestion {
    TEXT(50, (client, haproxy, token, random) -> {
        Answer answer = client.get(haproxy.uri("/echo?text=" + token));
        return differs(answer, "text", HexFormat.of().withUpperCase().formatHex(token.getBytes(UTF_8)));
    }),
    BODY(10, (client, haproxy, token, random) -> {
        byte[] body = new byte[random.nextInt(10_000)];
        random.nextBytes(body);
        Answer answer = client.post(haproxy.uri("/echo?text=" + token), body);
        return differs(answer, "body_sha256", sha256(body));
    }),
    SCORE(10, (client, haproxy, token, random) -> {
        int last = random.nextInt(256);
        Answer answer = client.get(haproxy.uri("/score"), "x-client", "203.0.113." + last);
        return differs(answer, "score", Integer.toString(last % 101));
    }),
    /** Four messages in one NOTIFY, of which one fails and one is unknown. */
    SEVERAL(10, (client, haproxy, token, random) -> {
        Answer answer = client.get(haproxy.uri("/several?text=" + token), "x-client", "203.0.113.77");
        return differs(answer, "score", "77");
    }),
    FAILURE(5, (client, haproxy, token, random) -> differs(client.get(haproxy.uri("/fail")), "agent_error",
            "handler-error")),
    UNKNOWN(3, (client, haproxy, token, random) -> differs(client.get(haproxy.uri("/never-heard-of")), "agent_error",
            "unknown-message")),
    SLOW(5, (client, haproxy, token, random) -> {
        int ms = 1 + random.nextInt(20);
        return differs(client.get(haproxy.uri("/sleep?ms=" + ms)), "slept", Integer.toString(ms));
    }),
    TOO_SLOW(2, (client, haproxy, token, random) -> {
        long ms = SoakAgent.DEADLINE.toMillis() * 2;
        return differs(client.get(haproxy.uri("/sleep?ms=" + ms)), "agent_error", "deadline");
    }),
    BIG(5, (client, haproxy, token, random) -> {
        int n = 1 + random.nextInt(16_000);
        return differs(client.get(haproxy.uri("/big?n=" + n)), "big_length", Integer.toString(n));
    });

    private interface Asking {
        String ask(Client client, Haproxy haproxy, String token, Random random)
                throws IOException, InterruptedException;
    }

    private final int share;
    @SuppressWarnings("ImmutableEnumChecker") // these have no state
    private final Asking asking;

    SoakQuestion(int share, Asking asking) {
        this.share = share;
        this.asking = asking;
    }

    /**
     * Asks once.
     *
     * @param token a text that no other request has
     * @return what was wrong with the answer; empty if nothing
     */
    String ask(Client client, Haproxy haproxy, String token, Random random) throws IOException, InterruptedException {
        return asking.ask(client, haproxy, token, random);
    }

    static SoakQuestion any(Random random) {
        int left = random.nextInt(Stream.of(values()).mapToInt(question -> question.share).sum());
        for (SoakQuestion question : values()) {
            left -= question.share;
            if (left < 0) {
                return question;
            }
        }
        throw new AssertionError("more than all shares together");
    }

    private static String differs(Answer answer, String name, String expected) {
        String found = answer.text(name);
        return found.equals(expected) ? ""
                : "expected " + name + "=" + expected + " but found " + found + ", spoe_error="
                        + answer.text("spoe_error")
                        + ", agent_error=" + answer.text("agent_error");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().withUpperCase().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
