package dev.spoa.protocol;

/**
 * One argument of a message.
 *
 * @param name the name from HAProxy's configuration; empty for an {@code args} entry written without {@code name=}, and
 *        not necessarily unique in its message (section 1.4)
 * @param value what HAProxy fetched
 */
public record Argument(String name, Value value) {}
