package dev.spoa.benchmarks;

/**
 * A load.
 *
 * @param connections how many there are
 * @param depth how many NOTIFYs are in flight on each
 * @param payload what is in them
 */
record Shape(int connections, int depth, Payload payload) {
    @Override
    public String toString() {
        return connections + "x" + depth + " " + payload;
    }
}
