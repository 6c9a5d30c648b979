/**
 * {@code ./bench}: what an agent costs, from the size of a varint to a HAProxy with traffic. {@link dev.spoa.benchmarks.Bench}
 * is the command; each {@code …Command} makes one measurement and leaves a {@link dev.spoa.benchmarks.Result} as JSON, of
 * which {@link dev.spoa.benchmarks.Report} makes a document. Agents under load are processes of their own
 * ({@link dev.spoa.benchmarks.AgentProcess}), and the load comes from C programs, whose own cost is small and steady. The
 * classes named {@code …Benchmark} are JMH's.
 */
@NullMarked
package dev.spoa.benchmarks;

import org.jspecify.annotations.NullMarked;
