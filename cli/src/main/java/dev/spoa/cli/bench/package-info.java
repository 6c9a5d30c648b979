/**
 * The load generator of {@code spoa bench}.
 *
 * <p>
 * A {@link dev.spoa.cli.bench.LoadPlan} says what load to make, {@link dev.spoa.cli.bench.LoadGenerator} makes it, and
 * a {@link dev.spoa.cli.bench.LoadResult} says how the agent bore it. {@link dev.spoa.cli.bench.Comparison} lets two
 * agents take turns. Behind these, each event loop has a {@code Pacer}, which decides when the next NOTIFY is sent and
 * on which connection.
 */
@NullMarked
package dev.spoa.cli.bench;

import org.jspecify.annotations.NullMarked;
