package dev.spoa.benchmarks;

/** Nothing was measured, or not what was to be. */
final class MeasurementException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MeasurementException(String message) {
        super(message);
    }
}
