package dev.spoa.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentStatistics;
import dev.spoa.agent.Limits;
import dev.spoa.agent.Pipelining;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.protocol.AgentAddress;
import dev.spoa.testsupport.CountingLeakDetector;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.LoggerFactory;

/**
 * The process that a soak measures: a fixture agent for each kind of handler. It writes where they listen, each in a line, and
 * then a line of figures for each line that it reads. It ends with its input.
 */
final class SoakAgent {
    /** With these every buffer is counted, so that not one can be lost unseen. */
    static final List<String> COUNTING_BUFFERS = List.of("-Dio.netty.leakDetection.level=paranoid",
            "-Dio.netty.customResourceLeakDetector=" + CountingLeakDetector.class.getName());
    /** Of the message {@code sleep}; what else is asked is not to take as long on the slowest machine. */
    static final Duration DEADLINE = Duration.ofMillis(500);
    /** Short, so that a soak of seconds has peers that run into them. */
    static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(2);
    static final Duration WRITE_TIMEOUT = Duration.ofSeconds(2);

    private final List<Agent> agents = new ArrayList<>();

    private SoakAgent() {}

    public static void main(String[] arguments) throws IOException {
        logErrorsOnly();
        new SoakAgent().run();
    }

    /** Handlers that fail and peers that misbehave are what a soak is made of, so nothing to warn of. */
    static void logErrorsOnly() {
        ((Logger) LoggerFactory.getLogger("dev.spoa")).setLevel(Level.ERROR);
    }

    private void run() throws IOException {
        ByteBufAllocator.DEFAULT.buffer().release(); // which is counted, or none is
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        try {
            for (FixtureAgent.Kind kind : FixtureAgent.Kind.values()) {
                Agent agent = start(kind);
                agents.add(agent);
                System.out.println(AgentAddress.format(agent.addresses().getFirst()));
            }
            while (orders.readLine() != null) {
                System.out.println(figures());
            }
        } finally {
            agents.forEach(Agent::close);
        }
    }

    private static Agent start(FixtureAgent.Kind kind) {
        Limits limits = Limits.builder().handshakeTimeout(HANDSHAKE_TIMEOUT).writeTimeout(WRITE_TIMEOUT)
                .slowHandler(Duration.ofDays(1)).build();
        // the new engine stalls when many long ACKs wait for it: see docs/protocol.md, section 13
        return FixtureAgent.configure(Agent.builder(), kind).deadline("sleep", DEADLINE).limits(limits)
                .pipelining(Pipelining.OLD_ENGINE).listen(address()).shutdownHook(false).start();
    }

    private static SocketAddress address() {
        return AgentAddress.parse("127.0.0.1:0");
    }

    /** What is left when all garbage is gone; {@link MeasuredAgent} reads it. */
    private String figures() {
        if (CountingLeakDetector.trackedBuffers() == 0) {
            throw new IllegalStateException("buffers are not counted: start the JVM with " + COUNTING_BUFFERS);
        }
        System.gc();
        trimNativeHeap();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        var pool = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        return heap + " " + CountingLeakDetector.openBuffers() + " " + threads + " "
                + (pool.usedHeapMemory() + pool.usedDirectMemory()) + " " + sum(AgentStatistics::connections) + " "
                + sum(AgentStatistics::inFlight) + " "
                + sum(AgentStatistics::acks);
    }

    /** The JVM's compilers free megabytes that malloc would keep for them, and RSS would show. */
    private static void trimNativeHeap() {
        try {
            ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "systemTrimNativeHeap", new Object[0],
                    new String[0]);
        } catch (JMException e) {
            throw new IllegalStateException("the native heap cannot be trimmed, which takes Linux and Java 21", e);
        }
    }

    private long sum(ToLongFunction<AgentStatistics> figure) {
        return agents.stream().map(Agent::statistics).mapToLong(figure).sum();
    }
}
