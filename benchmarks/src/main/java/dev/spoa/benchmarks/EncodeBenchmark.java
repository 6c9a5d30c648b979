package dev.spoa.benchmarks;

import dev.spoa.agent.Agent;
import dev.spoa.agent.Message;
import dev.spoa.agent.Reply;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.wire.ActionList;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.Varint;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** An ACK: its bytes by hand with what the codec has for it, and by a handler's reply. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // by @Setup
public class EncodeBenchmark {
    private static final int ACTIONS = 6;
    private static final int INT32 = 2;

    private final byte[] name = SampleFrames.VARIABLE.getBytes(StandardCharsets.US_ASCII);
    private final byte[] out = new byte[256];
    private long streamId;
    private AckedBatch batch;

    /** Makes a connection. */
    @Setup
    public void connect() {
        batch = new AckedBatch(Agent.builder().onInline(SampleFrames.MESSAGE, EncodeBenchmark::answer), Payload.SMALL,
                ACTIONS);
    }

    /** Closes it. */
    @TearDown
    public void close() {
        batch.close();
    }

    private static void answer(Message received, Reply reply) {
        byte[] address = received.address("ip").getAddress();
        reply.set(Scope.SESSION, SampleFrames.VARIABLE, Byte.toUnsignedInt(address[3]) % SampleFrames.MODULUS)
                .set(Scope.TRANSACTION, "is_known", true).set(Scope.TRANSACTION, "country", "FR")
                .set(Scope.TRANSACTION, "list", "none").set(Scope.REQUEST, "limit", 1_000_000L)
                .unset(Scope.TRANSACTION, "reason");
    }

    /**
     * Writes an ACK with one variable into an array.
     *
     * @return where it ends
     */
    @Benchmark
    public int frame() {
        int at = FrameHeader.begin(out, 0, FrameType.ACK, FrameHeader.FIN, ++streamId & 0xFFFF, 1);
        at = ActionList.beginSetVar(out, at, Scope.SESSION);
        at = Varint.write(out, at, name.length);
        System.arraycopy(name, 0, out, at, name.length);
        at += name.length;
        out[at++] = INT32;
        at = Varint.write(out, at, 77);
        FrameHeader.end(out, 0, at);
        return at;
    }

    /** Answers NOTIFYs with an inline handler that sets five variables and unsets one. */
    @Benchmark
    @OperationsPerInvocation(AckedBatch.SIZE)
    public void replyOfSixActions() {
        batch.run();
    }
}
