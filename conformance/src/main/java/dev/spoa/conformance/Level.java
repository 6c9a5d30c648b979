package dev.spoa.conformance;

/** How much a case matters (section 9). */
public enum Level {
    /** An agent that fails it is broken on some HAProxy. */
    MUST,
    /** An agent that fails it works, but less well than it could. */
    SHOULD
}
