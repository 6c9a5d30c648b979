package dev.spoa.cli;

import dev.spoa.cli.capture.Connection;
import dev.spoa.cli.capture.TcpTracker.End;
import dev.spoa.protocol.wire.FrameText;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Tells people: a frame in full with a line for each item, or on one line if that is asked for. */
final class DecodeText implements DecodeReport {
    private final PrintWriter out;
    private final boolean isBrief;

    DecodeText(PrintWriter out, boolean isBrief) {
        this.out = out;
        this.isBrief = isBrief;
    }

    @Override
    public void frame(@Nullable Origin origin, long offset, FrameText frame, OptionalLong waited) {
        String answer = waited.isPresent()
                ? String.format(Locale.ROOT, ", %.3f ms after its NOTIFY", waited.getAsLong() / 1e6)
                : "";
        String whole = origin == null ? "the input" : "the stream";
        if (isBrief) {
            out.println(where(origin, offset) + "  " + frame.line() + answer);
            return;
        }
        out.println((origin == null ? "" : where(origin) + "\n") + "byte " + offset + " of " + whole + ": "
                + frame.text(offset, whole).stripTrailing().replaceFirst("\n", answer + "\n"));
        out.println();
    }

    @Override
    public void skipped(@Nullable Origin origin, long offset, long bytes, String why) {
        line(where(origin, offset) + "  " + count(bytes, "byte") + " passed over: " + why);
    }

    @Override
    public void gap(Origin origin, long bytes) {
        line(where(origin) + "  " + count(bytes, "byte") + " missing in the capture");
    }

    @Override
    public void passedOver(Connection connection, Origin origin, long bytes) {
        line("#" + connection.number() + " " + connection + "  passed over: not SPOP (" + count(bytes, "byte") + ")");
    }

    @Override
    public void closed(Connection connection, Origin origin, End how, long frames, long pending) {
        String end = switch (how) {
            case FIN -> "closed";
            case RST -> "reset";
            case CAPTURE -> "still open at the end of the capture";
        };
        line(origin.time() + "  #" + connection.number() + " " + connection + "  " + end + ", "
                + count(frames, "frame") + (pending == 0 ? "" : ", " + pending + " NOTIFY without ACK"));
    }

    @Override
    public void message(String message) {
        line(message);
    }

    @Override
    public void summary(long frames, long malformed) {
        out.println(count(frames, "frame") + ", " + malformed + " malformed");
    }

    private void line(String line) {
        out.println(line);
        if (!isBrief) {
            out.println();
        }
    }

    private static String where(@Nullable Origin origin, long offset) {
        return origin == null ? "byte " + offset : where(origin) + " byte " + offset;
    }

    private static String where(Origin origin) {
        return origin.time() + "  #" + origin.connection() + " " + origin.from() + " > " + origin.to() + "  packet "
                + origin.packet();
    }

    static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
