package dev.spoa.benchmarks;

import dev.spoa.agent.Agent;
import dev.spoa.agent.Message;
import dev.spoa.agent.Reply;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.wire.MessageList;
import dev.spoa.protocol.wire.TypedData;
import dev.spoa.protocol.wire.Varint;
import dev.spoa.protocol.wire.WireString;
import dev.spoa.protocol.wire.WireString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
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
import org.openjdk.jmh.infra.Blackhole;

/** A NOTIFY's message: the walk through it that checks its form, and a handler that reads all of it. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // by @Setup
public class DecodeBenchmark {
    private static final int LAST_BYTE = 77;

    /** Its arguments. */
    @Param({"SMALL", "HTTP"}) Payload payload = Payload.SMALL;

    private byte[] message = {};
    private int arguments;
    private int count;
    private AckedBatch batch;
    private Blackhole read;

    /**
     * Makes message and connection.
     *
     * @param blackhole where a handler puts what it has read
     */
    @Setup
    public void prepare(Blackhole blackhole) {
        ByteBuf out = Unpooled.buffer();
        MessageList.write(out, SampleFrames.MESSAGE, SampleFrames.arguments(payload, LAST_BYTE));
        message = ByteBufUtil.getBytes(out);
        count = SampleFrames.arguments(payload, LAST_BYTE).size();
        arguments = WireString.size(SampleFrames.MESSAGE.length()) + 1;
        if (walk() != message.length) {
            throw new IllegalStateException("the walk does not end with the message");
        }
        read = blackhole;
        batch = new AckedBatch(Agent.builder().onInline(SampleFrames.MESSAGE, this::readAll), payload, 1);
    }

    /** Closes it. */
    @TearDown
    public void close() {
        batch.close();
    }

    private void readAll(Message received, Reply reply) {
        byte[] address = received.address("ip").getAddress();
        if (payload == Payload.HTTP) {
            read.consume(received.string("unique-id"));
            read.consume(received.string("method"));
            read.consume(received.string("path"));
            read.consume(received.string("ver"));
            read.consume(received.string("headers"));
        }
        reply.set(Scope.SESSION, SampleFrames.VARIABLE, Byte.toUnsignedInt(address[3]) % SampleFrames.MODULUS);
    }

    /**
     * Walks through the arguments of one message.
     *
     * @return where they end
     */
    @Benchmark
    public int walk() {
        int at = arguments;
        for (int i = 0; i < count; i++) {
            int length = WireString.readLength(message, at, message.length);
            at = TypedData.skip(message, at + Varint.size(length) + length, message.length);
        }
        return at;
    }

    /** Answers NOTIFYs with an inline handler that reads every argument. */
    @Benchmark
    @OperationsPerInvocation(AckedBatch.SIZE)
    public void readEveryArgument() {
        batch.run();
    }
}
