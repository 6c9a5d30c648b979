package dev.spoa.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Several clients that send requests without a pause, each with a text of its own that HAProxy's variable must have in
 * the end. So an answer that belongs to another request is seen.
 */
final class Load implements AutoCloseable {
    private final Haproxy haproxy;
    private final byte[] body;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Sender> senders = new ArrayList<>();
    private final List<String> unanswered = Collections.synchronizedList(new ArrayList<>());
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());

    Load(Haproxy haproxy, int clients) {
        this(haproxy, clients, new byte[0]);
    }

    /** With a body in each request, which HAProxy passes on to the agent. */
    Load(Haproxy haproxy, int clients, byte[] body) {
        this.haproxy = haproxy;
        this.body = body;
        for (int i = 0; i < clients; i++) {
            Sender sender = new Sender("client" + i);
            senders.add(sender);
            sender.start();
        }
    }

    /** How many right answers each client has had. */
    List<Long> right() {
        return senders.stream().map(sender -> sender.right.get()).toList();
    }

    /** Whether each client has had at least so many right answers more. */
    boolean eachHasRightSince(List<Long> earlier, int more) {
        List<Long> now = right();
        for (int i = 0; i < now.size(); i++) {
            if (now.get(i) < earlier.get(i) + more) {
                return false;
            }
        }
        return true;
    }

    /** Requests that HAProxy answered, but without the agent; with its error code for it. */
    List<String> unanswered() {
        return List.copyOf(unanswered);
    }

    /** Requests that HAProxy did not answer, or answered with another text than theirs. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }

    @Override
    public void close() {
        stopped.set(true);
        try {
            for (Sender sender : senders) {
                sender.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Sender extends Thread {
        final AtomicLong right = new AtomicLong();

        Sender(String name) {
            super(name);
        }

        @Override
        public void run() {
            try (Client client = new Client()) {
                for (int n = 0; !stopped.get(); n++) {
                    send(client, getName() + "n" + n);
                }
            } catch (InterruptedException e) {
                wrong.add(getName() + " was interrupted");
            }
        }

        private void send(Client client, String text) throws InterruptedException {
            try {
                Answer answer = client.post(haproxy.uri("/echo?text=" + text), body);
                String echoed = new String(answer.octets("text").orElse(new byte[0]), UTF_8);
                if (echoed.equals(text)) {
                    right.incrementAndGet();
                } else if (echoed.isEmpty() && answer.variable("spoe_error").isPresent()) {
                    unanswered.add(text + ": " + answer.text("spoe_error"));
                } else {
                    wrong.add(text + ": " + answer);
                }
            } catch (IOException | RuntimeException e) {
                wrong.add(text + ": " + e);
            }
        }
    }
}
