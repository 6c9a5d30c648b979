package dev.spoa.it;

import dev.spoa.testkit.HaproxyProcess;
import dev.spoa.testkit.HaproxyVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * HAProxy with the configuration {@code late-answers.cfg}, and clients whose requests are two events each: the first asks
 * a message that the path names, the second the message {@code second}. Both have an argument {@code id}, another one for
 * each request.
 */
final class TwoEvents implements AutoCloseable {
    private final HaproxyProcess haproxy;

    TwoEvents(HaproxyVersion version, SocketAddress agent, Duration processingTimeout) {
        haproxy = HaproxyProcess.of(version).configuration(text("late-answers.cfg"))
                .resource(TwoEvents.class, "late-answers-spoe.cfg").resource(TwoEvents.class, "late-answers.txt")
                .variable("PROCESSING", processingTimeout.toMillis() + "ms").agent(agent).start();
    }

    private static String text(String resource) {
        try (InputStream in = TwoEvents.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("there is no resource " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What became of the requests that were sent. */
    static final class Outcome {
        /** The first event timed out, and the second ended with its own variable. */
        final AtomicInteger right = new AtomicInteger();
        /** The first event was answered in time. */
        final AtomicInteger inTime = new AtomicInteger();
        /** The second event had no answer at all. */
        final AtomicInteger unanswered = new AtomicInteger();
        /** The second event ended with what belongs to another one. */
        final List<String> mixedUp = Collections.synchronizedList(new ArrayList<>());

        int all() {
            return right.get() + inTime.get() + unanswered.get() + mixedUp.size();
        }

        private void add(String id, Answer answer) {
            boolean hasOthers = !answer.text("first").equals(answer.text("first_between"))
                    || !answer.text("agent_error").equals(answer.text("agent_error_between"))
                    || !answer.variable("second").orElse(id).equals(id);
            if (hasOthers) {
                mixedUp.add(id + ": " + answer.body());
            } else if (answer.variable("error_between").isEmpty()) {
                inTime.incrementAndGet();
            } else if (answer.variable("second").isEmpty()) {
                unanswered.incrementAndGet();
            } else {
                right.incrementAndGet();
            }
        }
    }

    /** Sends requests of several clients until so many are right, or it is clear that they will not be. */
    Outcome untilRight(int number, int clients, List<String> firsts) throws InterruptedException {
        Outcome outcome = new Outcome();
        send(outcome, clients, firsts, () -> outcome.right.get() < number && outcome.all() < 2 * number);
        return outcome;
    }

    /** Sends so many requests. */
    Outcome times(int number, int clients, List<String> firsts) throws InterruptedException {
        Outcome outcome = new Outcome();
        AtomicInteger left = new AtomicInteger(number);
        send(outcome, clients, firsts, () -> left.getAndDecrement() > 0);
        return outcome;
    }

    private interface Wish {
        boolean isForMore();
    }

    private void send(Outcome outcome, int clients, List<String> firsts, Wish wish) throws InterruptedException {
        List<Thread> senders = new ArrayList<>();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < clients; i++) {
            String name = "c" + i + "n";
            senders.add(Thread.ofPlatform().start(() -> {
                try (Client client = new Client()) {
                    for (int n = 0; wish.isForMore(); n++) {
                        String id = name + n;
                        outcome.add(id,
                                client.get(haproxy.uri("/" + firsts.get(n % firsts.size()) + "?id=" + id)));
                    }
                } catch (Exception | AssertionError e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread sender : senders) {
            sender.join();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " of " + clients + " clients failed", failures.getFirst());
        }
    }

    @Override
    public void close() {
        haproxy.close();
    }
}
