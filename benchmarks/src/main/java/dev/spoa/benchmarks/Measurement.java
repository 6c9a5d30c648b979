package dev.spoa.benchmarks;

import java.util.List;
import java.util.Locale;

/** What {@code ./bench} can measure, each with a file of results and a section of the report. */
enum Measurement {
    COMPARE("CPU per ACK, and the floor", "handlers", """
            Three kinds of handler of the fixture agent, and the floor: a C program with one epoll thread that does nothing but the
            least that an agent has to. 8x20 are 8 connections with 20 NOTIFYs in flight on each, always; small is one argument,
            http six of some 600 bytes. Each ratio is to the floor's figure of the same round.""",
            Figure.CPU, Figure.RATIO, Figure.RATE, Figure.P50, Figure.P99),
    TRANSPORTS("Transports", "handlers, transport", """
            The same agent by epoll, NIO and io_uring, where they are to be had.""",
            Figure.CPU, Figure.RATIO, Figure.RATE, Figure.P50, Figure.P99),
    GROWTH("More connections", "handlers", """
            How the ratio to the floor changes with the number of connections, with 4 NOTIFYs in flight on each.""",
            Figure.CPU, Figure.RATIO, Figure.RATE, Figure.P50, Figure.P99),
    OPEN_LOOP("Latency at a steady rate", "handlers", """
            NOTIFYs come by a schedule, whatever the agent does. Each latency counts from the moment at which the NOTIFY was due, so
            that one which has to wait behind others counts for all of its time (no coordinated omission).""",
            Figure.P50, Figure.P99, Figure.P999, Figure.MAX, Figure.CPU, Figure.RATE),
    MEMORY("Memory", "agent", """
            Resident memory of the process: after its start, with idle connections that have said HELLO, and under load, with the JVM's
            default heap and with a small one.""",
            Figure.RSS, Figure.CONNECTION, Figure.RATIO, Figure.RATE),
    START("Start", "agent", """
            From the start of the process, that of the JVM or of the floor, until its first ACK is here.""",
            Figure.START),
    HAPROXY("Behind HAProxy", "agent", """
            HAProxy answers each request itself, with the score that the agent has set in a header, which the client checks. HAProxy
            has one thread and a core for itself; on a machine with two cores the client shares that of the agent. The client keeps
            its connections and has one request in flight on each. Without a filter nobody is
            asked: the difference is what SPOE costs HAProxy. The floor shows what of it is not the agent's doing.""",
            Figure.REQUESTS, Figure.PROXY_CPU, Figure.AGENT_CPU, Figure.P50, Figure.P99),
    JMH("Parts", "benchmark", """
            JMH: a varint, a message, an ACK, and batches of 20 NOTIFYs through all of a connection without a socket. An operation is
            one value, one message, one NOTIFY. With virtual threads two processors are at work: the figure is the time until all
            20 ACKs are there, divided by 20.""",
            Figure.NANOS, Figure.BYTES);

    private final String title;
    private final String subjects;
    private final String text;
    @SuppressWarnings("ImmutableEnumChecker") // it is one of List.of
    private final List<Figure> figures;

    Measurement(String title, String subjects, String text, Figure... figures) {
        this.title = title;
        this.subjects = subjects;
        this.text = text;
        this.figures = List.of(figures);
    }

    String title() {
        return title;
    }

    /** What its rows are named after. */
    String subjects() {
        return subjects;
    }

    String text() {
        return text;
    }

    /** The columns of its table, of which a row need not have each. */
    List<Figure> figures() {
        return figures;
    }

    /** The subcommand, and the name of its file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
