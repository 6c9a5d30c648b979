package dev.spoa.cli;

import dev.spoa.cli.capture.Connection;
import dev.spoa.cli.capture.TcpTracker.End;
import dev.spoa.protocol.wire.FrameText;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Where {@code spoa decode} tells what it finds, as it finds it. */
interface DecodeReport {
    /** A frame; {@code origin} is null outside captures, {@code waited} the nanoseconds since the NOTIFY of an ACK. */
    void frame(@Nullable Origin origin, long offset, FrameText frame, OptionalLong waited);

    /** Bytes that belong to no frame. */
    void skipped(@Nullable Origin origin, long offset, long bytes, String why);

    /** Bytes that the capture has not got. */
    void gap(Origin origin, long bytes);

    /** A connection that is not SPOP. */
    void passedOver(Connection connection, Origin origin, long bytes);

    /** The end of a connection. */
    void closed(Connection connection, Origin origin, End how, long frames, long pending);

    /** Something about the input as a whole. */
    void message(String message);

    /** The end of the input. */
    void summary(long frames, long malformed);
}
