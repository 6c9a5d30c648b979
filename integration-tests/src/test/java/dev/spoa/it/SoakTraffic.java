package dev.spoa.it;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** Clients that ask several HAProxys for everything in {@link SoakQuestion}, some hundred times a second. */
final class SoakTraffic implements AutoCloseable {
    private static final int CLIENTS_EACH = 2;
    /** Leaves most of the machine idle: what is looked for here is what time brings, not what load does. */
    private static final Duration PAUSE = Duration.ofMillis(8);
    private static final int KEPT = 20;

    private final ReadWriteLock gate = new ReentrantReadWriteLock(true);
    private final AtomicLong right = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final List<String> firstWrong = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> clients = new ArrayList<>();
    private final Supplier<String> circumstances;
    private volatile boolean stopped;

    SoakTraffic(List<Haproxy> haproxys, long seed, Supplier<String> circumstances) {
        this.circumstances = circumstances;
        for (Haproxy haproxy : haproxys) {
            for (int i = 0; i < CLIENTS_EACH; i++) {
                String name = "client" + clients.size();
                Random random = new Random(seed + clients.size());
                clients.add(Thread.ofPlatform().name(name).start(() -> ask(haproxy, name, random)));
            }
        }
    }

    private void ask(Haproxy haproxy, String name, Random random) {
        try (Client client = new Client()) {
            for (long n = 0; !stopped; n++) {
                gate.readLock().lock();
                try {
                    askOnce(client, haproxy, name + "n" + n, random);
                } finally {
                    gate.readLock().unlock();
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (InterruptedException e) {
            count(name + " was interrupted");
        }
    }

    private void askOnce(Client client, Haproxy haproxy, String token, Random random) throws InterruptedException {
        SoakQuestion question = SoakQuestion.any(random);
        String found;
        try {
            found = question.ask(client, haproxy, token, random);
        } catch (IOException | RuntimeException e) {
            found = e.toString();
        }
        count(found.isEmpty() ? ""
                : circumstances.get() + ", " + haproxy + ", " + question + " " + token + ": " + found);
    }

    private void count(String complaint) {
        if (complaint.isEmpty()) {
            right.incrementAndGet();
        } else if (wrong.incrementAndGet() <= KEPT) {
            System.out.println("wrong: " + complaint);
            firstWrong.add(complaint);
        }
    }

    /** Lets what was asked be answered, and holds what is next until {@link #goOn}. */
    void pause() {
        gate.writeLock().lock();
    }

    void goOn() {
        gate.writeLock().unlock();
    }

    long right() {
        return right.get();
    }

    /** Requests without the answer that they should have had; those without an ACK among them. */
    long wrong() {
        return wrong.get();
    }

    List<String> firstWrong() {
        return List.copyOf(firstWrong);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
