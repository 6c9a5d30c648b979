/**
 * HAProxy's side of SPOP as a client.
 *
 * <p>
 * {@link dev.spoa.engine.Engine} is one connection to an agent: it says HELLO as an
 * {@link dev.spoa.engine.EngineProfile} of HAProxy does, sends NOTIFYs, and completes a future with each
 * {@link dev.spoa.engine.Ack}. What goes wrong is an {@link dev.spoa.engine.EngineException}, which also tells what
 * HAProxy's error variable would have been.
 */
@NullMarked
package dev.spoa.engine;

import org.jspecify.annotations.NullMarked;
