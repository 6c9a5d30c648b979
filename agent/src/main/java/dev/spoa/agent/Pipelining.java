package dev.spoa.agent;

/**
 * Which engines may have several NOTIFYs in flight on one connection; see {@link AgentBuilder#pipelining(Pipelining)}.
 */
public enum Pipelining {
    /** Every one that offers it. */
    ALWAYS,
    /** HAProxy up to 3.0; the engine from 3.1 on has one NOTIFY at a time on each connection, and more connections. */
    OLD_ENGINE,
    /** None. */
    NEVER
}
