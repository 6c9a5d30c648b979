/**
 * SPOP 2.0 on the wire: codecs without state over {@link io.netty.buffer.ByteBuf}, exported to this project's own
 * modules only.
 *
 * <p>
 * A reader is given a buffer whose readable bytes are exactly what it may read: one frame without its four length
 * bytes, or one frame's payload. It moves the reader index, never releases the buffer, and throws
 * {@link dev.spoa.protocol.ProtocolException} at the first byte that does not fit; nothing is allocated before the
 * length that asks for it was compared with the bytes that are there. A writer appends at the writer index.
 */
@NullMarked
package dev.spoa.protocol.wire;

import org.jspecify.annotations.NullMarked;
