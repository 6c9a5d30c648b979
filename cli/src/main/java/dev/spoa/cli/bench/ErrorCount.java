package dev.spoa.cli.bench;

/**
 * The errors of one kind.
 *
 * @param number how many
 * @param first what the first one said
 */
public record ErrorCount(long number, String first) {}
