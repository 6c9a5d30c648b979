package dev.spoa.cli.bench;

import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that a test sets, and what is to happen at which time. */
final class ManualTimer implements Pacer.Timer {
    private record Task(long time, long order, Runnable body) {}

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(
            Comparator.comparingLong(Task::time).thenComparingLong(Task::order));
    private long now;
    private long order;

    @Override
    public long getAsLong() {
        return now;
    }

    @Override
    public void after(long nanos, Runnable task) {
        tasks.add(new Task(now + Math.max(0, nanos), order++, task));
    }

    /** Lets everything happen up to a time, that time included. */
    void runUntil(long time) {
        while (!tasks.isEmpty() && tasks.peek().time() <= time) {
            Task task = tasks.remove();
            now = task.time();
            task.body().run();
        }
        now = time;
    }
}
