package dev.spoa.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The processes of this JVM: those that run, so that none survives it, and those that have just ended, because a test
 * that starts one in a {@code try} has closed it before anybody hears of its failure. Safe for any thread.
 */
final class HaproxyProcesses {
    private static final int REMEMBERED = 4;
    private static final Set<HaproxyProcess> RUNNING = new LinkedHashSet<>();
    private static final Deque<Ended> ENDED = new ArrayDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(HaproxyProcesses::killAll, "spoa-haproxy-kill"));
    }

    private HaproxyProcesses() {}

    private record Ended(HaproxyProcess process, long nanoTime) {}

    static synchronized void started(HaproxyProcess process) {
        RUNNING.add(process);
    }

    static synchronized void ended(HaproxyProcess process) {
        if (RUNNING.remove(process)) {
            ENDED.addLast(new Ended(process, System.nanoTime()));
            if (ENDED.size() > REMEMBERED) {
                ENDED.removeFirst();
            }
        }
    }

    /** Those that have run at some time since then, of which the ended ones are the last few. */
    static synchronized List<HaproxyProcess> runningSince(long nanoTime) {
        List<HaproxyProcess> processes = new ArrayList<>();
        for (Ended ended : ENDED) {
            if (ended.nanoTime - nanoTime >= 0) {
                processes.add(ended.process);
            }
        }
        processes.addAll(RUNNING);
        return processes;
    }

    private static synchronized void killAll() {
        RUNNING.forEach(HaproxyProcess::kill);
    }
}
