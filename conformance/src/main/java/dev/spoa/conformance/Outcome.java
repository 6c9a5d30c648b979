package dev.spoa.conformance;

/** How a case ended. */
public enum Outcome {
    /** The agent did what was expected. */
    PASSED("passed"),
    /** The agent did something else. */
    FAILED("failed"),
    /** It could not be tested. */
    NOT_RUN("not run");

    private final String text;

    Outcome(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
