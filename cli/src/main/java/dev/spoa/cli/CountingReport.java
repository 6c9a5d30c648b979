package dev.spoa.cli;

import dev.spoa.cli.capture.Connection;
import dev.spoa.cli.capture.TcpTracker.End;
import dev.spoa.protocol.wire.FrameText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Passes everything on and counts, for the summary and the exit code; ends when nobody reads what is told. */
final class CountingReport implements DecodeReport {
    private final DecodeReport told;
    private final PrintWriter out;
    private long frames;
    private long malformed;

    CountingReport(DecodeReport told, PrintWriter out) {
        this.told = told;
        this.out = out;
    }

    boolean isMalformed() {
        return malformed > 0;
    }

    void summarise() {
        told.summary(frames, malformed);
    }

    @Override
    public void frame(@Nullable Origin origin, long offset, FrameText frame, OptionalLong waited) {
        frames++;
        malformed += frame.isMalformed() ? 1 : 0;
        told.frame(origin, offset, frame, waited);
        if (out.checkError()) {
            String why = "the output cannot be written any more, frame " + frames + " was the last";
            throw new UncheckedIOException(why, new IOException(why));
        }
    }

    @Override
    public void skipped(@Nullable Origin origin, long offset, long bytes, String why) {
        told.skipped(origin, offset, bytes, why);
    }

    @Override
    public void gap(Origin origin, long bytes) {
        told.gap(origin, bytes);
    }

    @Override
    public void passedOver(Connection connection, Origin origin, long bytes) {
        told.passedOver(connection, origin, bytes);
    }

    @Override
    public void closed(Connection connection, Origin origin, End how, long count, long pending) {
        told.closed(connection, origin, how, count, pending);
    }

    @Override
    public void message(String message) {
        told.message(message);
    }

    @Override
    public void summary(long all, long bad) {
        told.summary(all, bad);
    }
}
