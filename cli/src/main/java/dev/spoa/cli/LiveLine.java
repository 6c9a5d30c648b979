package dev.spoa.cli;

import dev.spoa.cli.bench.Live;
import dev.spoa.cli.bench.TextReport;
import java.io.PrintWriter;
import java.util.function.Consumer;

/** One line that is written anew every second, where it was, and is gone at the end. For one thread. */
final class LiveLine implements Consumer<Live>, AutoCloseable {
    private static final String ANEW = "\r\u001b[K";

    private final PrintWriter out;
    private final String label;
    private boolean isShown;

    LiveLine(PrintWriter out, String label) {
        this.out = out;
        this.label = label;
    }

    @Override
    public void accept(Live live) {
        isShown = true;
        out.print(ANEW + label + TextReport.of(live));
        out.flush();
    }

    @Override
    public void close() {
        if (isShown) {
            out.print(ANEW);
            out.flush();
        }
    }
}
