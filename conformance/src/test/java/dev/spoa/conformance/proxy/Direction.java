package dev.spoa.conformance.proxy;

/** Where frames go. */
enum Direction {
    TO_ENGINE, TO_AGENT
}
