/**
 * The nouns of SPOP 2.0, the protocol between HAProxy's Stream Processing Offload Engine and an agent.
 *
 * <p>
 * A NOTIFY carries messages, and a message carries named {@link dev.spoa.protocol.Value values}
 * ({@link dev.spoa.protocol.Argument}). An ACK carries {@link dev.spoa.protocol.Action actions}, each of which sets or
 * unsets a variable in a {@link dev.spoa.protocol.Scope}. Either side ends a connection with a DISCONNECT that gives a
 * {@link dev.spoa.protocol.StatusCode}. Bytes that do not follow the protocol are a
 * {@link dev.spoa.protocol.ProtocolException}.
 *
 * <p>
 * Section numbers in this documentation are those of {@code docs/protocol.md}. All types here are immutable and may be
 * used from any thread.
 */
@NullMarked
package dev.spoa.protocol;

import org.jspecify.annotations.NullMarked;
