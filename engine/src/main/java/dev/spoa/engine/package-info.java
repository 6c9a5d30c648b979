/**
 * HAProxy's side of SPOP as a client.
 *
 * <p>
 * {@code Engine} is one connection to an agent: it says HELLO as an
 * {@link dev.spoa.engine.EngineProfile} of HAProxy does, sends NOTIFYs, and completes a future with each
 * {@code Ack}. What goes wrong is an {@code EngineException}, which also tells what
 * HAProxy's error variable would have been.
 */
@NullMarked
package dev.spoa.engine;

import org.jspecify.annotations.NullMarked;
