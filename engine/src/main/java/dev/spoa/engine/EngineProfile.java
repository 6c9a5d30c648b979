package dev.spoa.engine;

/** Which of HAProxy's two engines is imitated (sections 0 and 9.3). */
public enum EngineProfile {
    /** The applet engine, up to HAProxy 3.0. */
    LEGACY,
    /** The multiplexer, from HAProxy 3.1 on. */
    MUX
}
