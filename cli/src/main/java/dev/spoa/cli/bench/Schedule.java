package dev.spoa.cli.bench;

/**
 * The times of one run, in nanoseconds of its clock: load from the start on, measured from {@code measured} until
 * {@code end}. A NOTIFY belongs to the measured ones by when it was due, so none is left out for being late.
 *
 * @param start when the first NOTIFY is due
 * @param measured when the warm-up ends
 * @param end when the last NOTIFY was due
 * @param interval between two NOTIFYs of an open loop; 0 for a closed loop, where one is due when there is a place
 */
record Schedule(long start, long measured, long end, double interval) {
    /** For a part of all connections, which has the same part of the rate. */
    static Schedule of(LoadPlan plan, long start, int connections) {
        long measured = start + plan.warmup().toNanos();
        double rate = plan.rate() * connections / plan.connections();
        return new Schedule(start, measured, measured + plan.duration().toNanos(), rate == 0 ? 0 : 1e9 / rate);
    }

    boolean isOpenLoop() {
        return interval > 0;
    }

    /** When a NOTIFY of an open loop is due; the first has number 0. */
    long due(long number) {
        return start + (long) (number * interval);
    }

    boolean isMeasured(long due) {
        return due - measured >= 0 && due - end < 0;
    }

    boolean isOver(long now) {
        return now - end >= 0;
    }
}
