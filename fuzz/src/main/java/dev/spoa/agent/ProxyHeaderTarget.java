package dev.spoa.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.spoa.fuzz.NoNames;
import dev.spoa.fuzz.Script;
import dev.spoa.fuzz.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The header of the PROXY protocol: the same comes of it however it is cut, addresses are what the JVM says they are, and
 * nothing of it goes to a resolver of names. Then the same on a connection.
 */
public final class ProxyHeaderTarget {
    private static final FuzzedAgent AGENT = new FuzzedAgent();

    private ProxyHeaderTarget() {}

    /** What came of a header: itself, a refusal, or neither as long as it is not complete. */
    private record Outcome(@Nullable ProxyHeader header, boolean isMalformed) {
        boolean isOpen() {
            return header == null && !isMalformed;
        }
    }

    /**
     * Takes an input.
     *
     * @param input how many bytes come at first, then the bytes
     */
    public static void fuzzerTestOneInput(byte[] input) {
        Script script = new Script(input);
        int cut = script.next();
        NoNames.forget();
        byte[] bytes = script.rest();
        Outcome whole = read(bytes, bytes.length);
        Outcome part = read(bytes, Math.min(cut, bytes.length));
        Violation.check(part.isOpen() || part.equals(whole), () -> "the first " + cut + " bytes are " + part
                + ", all of them are " + whole);
        ProxyHeader header = whole.header;
        if (header != null) {
            Violation.check(header.length() <= Math.min(bytes.length, ProxyHeader.MAX_LENGTH),
                    () -> "a header of " + header.length() + " bytes out of " + bytes.length);
            compare(header, bytes);
        }
        Violation.check(NoNames.asked() == null, () -> "a resolver was asked for " + NoNames.asked());
        onConnection(bytes, cut, whole);
    }

    private static Outcome read(byte[] bytes, int size) {
        // not from the first byte on, because buffers need not begin there
        ByteBuf in = Unpooled.wrappedBuffer(new byte[1], Arrays.copyOf(bytes, size)).skipBytes(1);
        try {
            return new Outcome(ProxyHeader.read(in), false);
        } catch (ProxyHeader.Malformed e) {
            Violation.check(e.reason.length() < 400, () -> "a reason of " + e.reason.length() + " characters");
            return new Outcome(null, true);
        } finally {
            Violation.checkEqual("bytes that are left", in.readableBytes(), size);
        }
    }

    /** Version 1: the address that is written there, by the JVM's own reading. */
    private static void compare(ProxyHeader header, byte[] bytes) {
        if (bytes[0] == 'P' && header.source() instanceof InetSocketAddress source) {
            String[] words = new String(bytes, 0, header.length(), US_ASCII).split("[ \r]", -1);
            Violation.checkEqual("the source", source.getAddress(), literal(words[2]));
            Objects.requireNonNull(literal(words[3]), "the destination is no address");
            Violation.checkEqual("the port", source.getPort(), Integer.parseInt(words[4]));
        }
    }

    private static @Nullable InetAddress literal(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static void onConnection(byte[] bytes, int cut, Outcome outcome) {
        Conversation conversation = new Conversation(AGENT, true);
        byte[] first = Arrays.copyOf(bytes, Math.min(cut, bytes.length));
        conversation.receive(first);
        conversation.receive(Arrays.copyOfRange(bytes, first.length, bytes.length));
        conversation.readComplete();
        if (outcome.isMalformed) {
            Violation.check(!conversation.isOpen(), () -> "a connection that is open in spite of its header");
        } else if (outcome.isOpen()) {
            Violation.check(conversation.isOpen(), () -> "a connection that was closed before its header was complete");
        }
        conversation.end();
    }
}
