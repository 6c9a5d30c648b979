package dev.spoa.testsupport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Netty's leak detector, and an exact count beside it. Netty itself reports a leak only after a garbage collection,
 * which a test need not see; this class knows at any moment which buffers have a reference count above zero, and where
 * each was allocated.
 *
 * <p>
 * Netty asks once, when its class of buffers is initialised, which detector to use. {@link LeakDetectorSetup} names this
 * one before that, when JUnit starts; the option
 * {@code -Dio.netty.customResourceLeakDetector=dev.spoa.testsupport.CountingLeakDetector} of the JVM does the same where
 * Netty is in use even earlier. From then on it only counts at level paranoid, which {@link NoLeaks} sets. At that level
 * Netty tracks every buffer of the adaptive and the pooled allocator, every direct buffer, and the composite buffers of
 * any allocator. It does not track what {@code Unpooled.buffer} and {@code Unpooled.wrappedBuffer} return, which are
 * ordinary arrays and cannot leak, nor {@code Unpooled.compositeBuffer}, which can: ask an allocator for one.
 *
 * <p>
 * The count is one for the whole JVM, so tests that look at it must not run at the same time. All methods may be called
 * from any thread.
 *
 * @param <T> what is tracked; only buffers are counted
 */
public final class CountingLeakDetector<T> extends ResourceLeakDetector<T> {
    private static final Set<Tracked<?>> OPEN = ConcurrentHashMap.newKeySet();
    private static final AtomicLong TRACKED = new AtomicLong();
    private static final Queue<String> REPORTED = new ConcurrentLinkedQueue<>();
    private static final int COLLECTIONS = 3;
    private static final Object LEVEL_LOCK = new Object();
    private static final List<String> TEST_RUNNERS = List.of("org.junit.", "org.apache.maven.",
            "java.base/java.lang.reflect.", "java.base/jdk.internal.reflect.");

    static {
        addExclusions(CountingLeakDetector.class, "track", "trackForcibly");
    }

    private static int activations;
    private static Level levelBefore = Level.SIMPLE;

    private final boolean counts;

    /**
     * For Netty, which looks for exactly this constructor.
     *
     * @param resourceType what is tracked
     * @param samplingInterval of no consequence at level paranoid
     */
    public CountingLeakDetector(Class<?> resourceType, int samplingInterval) {
        super(resourceType, samplingInterval);
        counts = resourceType == ByteBuf.class;
    }

    /**
     * For Netty, which looks for this one too and logs an error where it is missing.
     *
     * @param resourceType what is tracked
     * @param samplingInterval of no consequence at level paranoid
     * @param maxActive ignored
     */
    public CountingLeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
        this(resourceType, samplingInterval);
    }

    @Override
    public @Nullable ResourceLeakTracker<T> track(T obj) {
        return counted(super.track(obj));
    }

    /** Netty tracks retained slices and duplicates this way. */
    @Override
    public @Nullable ResourceLeakTracker<T> trackForcibly(T obj) {
        return counted(super.trackForcibly(obj));
    }

    /** Below level paranoid Netty tracks a sample only, and nobody waits for its buffers. */
    private @Nullable ResourceLeakTracker<T> counted(@Nullable ResourceLeakTracker<T> tracker) {
        if (!counts || tracker == null || getLevel() != Level.PARANOID) {
            return tracker;
        }
        Tracked<T> tracked = new Tracked<>(tracker);
        OPEN.add(tracked);
        TRACKED.incrementAndGet();
        return tracked;
    }

    /** Leaks are reported even where nobody listens to Netty's logger. */
    @Override
    protected boolean needReport() {
        return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        REPORTED.add(resourceType + " was collected with a reference count above zero." + records);
        super.reportTracedLeak(resourceType, records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        REPORTED.add(resourceType + " was collected with a reference count above zero, no records.");
        super.reportUntracedLeak(resourceType);
    }

    /**
     * How many buffers were tracked since the JVM started.
     *
     * @return a number that only grows
     */
    public static long trackedBuffers() {
        return TRACKED.get();
    }

    /**
     * How many buffers have a reference count above zero.
     *
     * @return those tracked and not yet closed
     */
    public static int openBuffers() {
        return OPEN.size();
    }

    /**
     * Waits until every buffer's reference count is zero: event loops release theirs some time after a test is done.
     *
     * @param patience how long at most
     * @throws AssertionError if some are open still; the message names where each was allocated
     */
    public static void awaitNoneOpen(Duration patience) {
        if (!areNoneOpenWithin(patience)) {
            throw new AssertionError(describe(List.copyOf(OPEN)));
        }
    }

    /** Like {@link #awaitNoneOpen}, and the buffers that fail one test are not held against the next. */
    static void awaitNoneOpenAndForget(Duration patience) {
        if (!areNoneOpenWithin(patience)) {
            List<Tracked<?>> leaked = List.copyOf(OPEN);
            leaked.forEach(OPEN::remove);
            throw new AssertionError(describe(leaked));
        }
    }

    private static boolean areNoneOpenWithin(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!OPEN.isEmpty()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
        return true;
    }

    /**
     * Collects garbage and lets Netty say what it found.
     *
     * @return a report for each place that leaked, since the JVM started
     */
    static List<String> reportsAfterCollection() {
        // only at this level does every new buffer make Netty look
        activate();
        try {
            for (int i = 0; i < COLLECTIONS; i++) {
                collectGarbage();
                trackOne();
            }
        } finally {
            deactivate();
        }
        return List.copyOf(REPORTED);
    }

    private static void collectGarbage() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        WeakReference<Object> canary = new WeakReference<>(new Object(), queue);
        System.gc();
        try {
            if (queue.remove(Duration.ofSeconds(5).toMillis()) == null) {
                throw new AssertionError("System.gc() collected nothing, so that leaks cannot be seen");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the garbage collector", e);
        } finally {
            Reference.reachabilityFence(canary);
        }
    }

    /** A new buffer: only at such a moment does Netty look whether others have leaked. */
    private static void trackOne() {
        UnpooledByteBufAllocator.DEFAULT.directBuffer(1).release();
    }

    /**
     * Sets level paranoid and checks that Netty uses this class for buffers. Each call is undone by one of
     * {@link #deactivate}.
     *
     * @throws IllegalStateException if Netty uses another class; nothing is to be undone then
     */
    static void activate() {
        synchronized (LEVEL_LOCK) {
            if (activations++ == 0) {
                levelBefore = getLevel();
                setLevel(Level.PARANOID);
            }
        }
        try {
            requireActive();
        } catch (IllegalStateException e) {
            deactivate();
            throw e;
        }
    }

    /** Undoes {@link #activate}: after the last one Netty's level is what it was before the first. */
    static void deactivate() {
        synchronized (LEVEL_LOCK) {
            if (--activations == 0) {
                setLevel(levelBefore);
            }
        }
    }

    /**
     * Checks that Netty uses this class for buffers, and at level paranoid.
     *
     * @throws IllegalStateException if not
     */
    static void requireActive() {
        if (getLevel() != Level.PARANOID) {
            throw inactive("somebody has set Netty's leak detection to level " + getLevel()
                    + ", and PARANOID was expected");
        }
        if (TRACKED.get() == 0) {
            trackOne();
            if (TRACKED.get() == 0) {
                throw inactive(
                        LeakDetectorSetup.whyNotInstalled() + ". Start the JVM with " + LeakDetectorSetup.OPTION);
            }
        }
    }

    private static IllegalStateException inactive(String why) {
        return new IllegalStateException("buffers are not counted, so that no test can say that none leaked: " + why);
    }

    private static String describe(Collection<Tracked<?>> buffers) {
        Map<String, List<Tracked<?>>> bySite = new LinkedHashMap<>();
        for (Tracked<?> buffer : buffers) {
            bySite.computeIfAbsent(buffer.site(), site -> new ArrayList<>()).add(buffer);
        }
        StringBuilder text = new StringBuilder().append(buffers.size())
                .append(" buffers have a reference count above zero:");
        bySite.forEach((site, leaked) -> text.append("\n").append(leaked.size()).append(" allocated at ").append(site));
        bySite.forEach((site, leaked) -> text.append("\n\nOne of those allocated at ").append(site).append(":")
                .append(leaked.getFirst().records()));
        return text.toString();
    }

    /** Stands in for Netty's tracker of one buffer. It does not hold the buffer, so that Netty still sees leaks too. */
    private static final class Tracked<T> implements ResourceLeakTracker<T> {
        private static final Set<String> OWN_NAMES = Set.of(CountingLeakDetector.class.getName(),
                Tracked.class.getName());

        private final ResourceLeakTracker<T> tracker;
        private final Throwable creation = new Throwable("created at");

        Tracked(ResourceLeakTracker<T> tracker) {
            this.tracker = tracker;
        }

        @Override
        public void record() {
            tracker.record();
        }

        @Override
        public void record(Object hint) {
            tracker.record(hint);
        }

        @Override
        public boolean close(T trackedObject) {
            OPEN.remove(this);
            return tracker.close(trackedObject);
        }

        @Override
        public @Nullable Throwable getCloseStackTraceIfAny() {
            return tracker.getCloseStackTraceIfAny();
        }

        /** The first caller outside of Netty's allocators. */
        String site() {
            for (StackTraceElement element : creation.getStackTrace()) {
                String type = element.getClassName();
                if (!type.startsWith("io.netty.buffer.") && !type.startsWith("io.netty.util.")
                        && !OWN_NAMES.contains(type)) {
                    return element.toString();
                }
            }
            return "an unknown place";
        }

        /** Netty's records of who touched the buffer; it drops them when it reports the buffer itself. */
        String records() {
            String records = tracker.toString();
            if (records.isEmpty()) {
                records = Stream.of(creation.getStackTrace()).map(element -> "\n\t" + element)
                        .collect(Collectors.joining());
            }
            return records.lines().filter(Tracked::isTelling).collect(Collectors.joining("\n"));
        }

        private static boolean isTelling(String line) {
            String frame = line.strip();
            return TEST_RUNNERS.stream().noneMatch(frame::startsWith);
        }
    }
}
