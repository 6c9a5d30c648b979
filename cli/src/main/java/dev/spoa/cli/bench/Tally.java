package dev.spoa.cli.bench;

/** What the event loop of one {@link Pacer} has counted; to be read when it is done. */
final class Tally {
    final ErrorCounts errors = new ErrorCounts();
    /** ACKs, right or wrong, to NOTIFYs that were measured. */
    long acks;
    /** NOTIFYs of an open loop that were due, but had no place in flight before the end. */
    long unsent;
    long lost;
    long reopened;
    long notReopened;
    Traffic traffic = Traffic.NONE;
    /** The most NOTIFYs in flight on one connection; no limit where none was left. */
    int window = Integer.MAX_VALUE;

    void add(Tally other) {
        errors.addAll(other.errors);
        acks += other.acks;
        unsent += other.unsent;
        lost += other.lost;
        reopened += other.reopened;
        notReopened += other.notReopened;
        traffic = traffic.plus(other.traffic);
        window = Math.min(window, other.window);
    }
}
