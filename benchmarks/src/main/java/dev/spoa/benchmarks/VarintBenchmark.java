package dev.spoa.benchmarks;

import dev.spoa.protocol.wire.Varint;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A varint, in an array. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class VarintBenchmark {
    private static final int NUMBER = 256;

    /** How many bytes each takes: lengths take one, stream-ids of a busy engine four, the largest value ten. */
    @Param({"1", "2", "4", "10"}) int size;

    private final long[] values = new long[NUMBER];
    private final byte[] bytes = new byte[NUMBER * Varint.MAX_SIZE];

    /** Chooses values. */
    @Setup
    public void choose() {
        long least = switch (size) {
            case 1 -> 0;
            case 2 -> 240;
            case 4 -> 300_000;
            default -> -NUMBER;
        };
        for (int i = 0; i < NUMBER; i++) {
            values[i] = size == 1 ? i % 240 : least + i;
        }
        if (write() != NUMBER * size) {
            throw new IllegalStateException("expected values of " + size + " bytes");
        }
    }

    /**
     * Writes them one behind the other.
     *
     * @return where the last one ends
     */
    @Benchmark
    @OperationsPerInvocation(NUMBER)
    public int write() {
        int at = 0;
        for (long value : values) {
            at = Varint.write(bytes, at, value);
        }
        return at;
    }

    /**
     * Reads them one behind the other.
     *
     * @return their sum
     */
    @Benchmark
    @OperationsPerInvocation(NUMBER)
    public long read() {
        long sum = 0;
        int at = 0;
        for (int i = 0; i < NUMBER; i++) {
            long value = Varint.read(bytes, at, bytes.length);
            at += Varint.size(value);
            sum += value;
        }
        return sum;
    }
}
