package dev.spoa.benchmarks;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.Message;
import dev.spoa.agent.Reply;
import dev.spoa.protocol.Scope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A NOTIFY through all of a connection: from the bytes of a read to the bytes of a write, with everything but the socket. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // by @Setup
public class ConnectionBenchmark {
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    /** Its arguments. */
    @Param({"SMALL", "HTTP"}) Payload payload = Payload.SMALL;

    private AckedBatch inline;
    private AckedBatch async;
    private AckedBatch blocking;

    /** Makes a connection for each kind of handler. */
    @Setup
    public void connect() {
        inline = batch(Agent.builder().onInline(SampleFrames.MESSAGE, ConnectionBenchmark::score));
        async = batch(Agent.builder().onAsync(SampleFrames.MESSAGE, (message, reply) -> {
            score(message, reply);
            return DONE;
        }));
        blocking = batch(Agent.builder().on(SampleFrames.MESSAGE, ConnectionBenchmark::score));
    }

    /** Closes them. */
    @TearDown
    public void close() {
        inline.close();
        async.close();
        blocking.close();
    }

    private AckedBatch batch(AgentBuilder agent) {
        return new AckedBatch(agent, payload, 1);
    }

    private static void score(Message message, Reply reply) {
        byte[] address = message.address("ip").getAddress();
        reply.set(Scope.SESSION, SampleFrames.VARIABLE, Byte.toUnsignedInt(address[3]) % SampleFrames.MODULUS);
    }

    /** The handler runs at once. */
    @Benchmark
    @OperationsPerInvocation(AckedBatch.SIZE)
    public void inline() {
        inline.run();
    }

    /** The handler returns a stage that is complete. */
    @Benchmark
    @OperationsPerInvocation(AckedBatch.SIZE)
    public void asyncCompletedAtOnce() {
        async.run();
    }

    /** Each handler runs on a virtual thread; the time is that of the whole batch, not of one processor. */
    @Benchmark
    @OperationsPerInvocation(AckedBatch.SIZE)
    public void virtualThread() {
        blocking.run();
    }
}
