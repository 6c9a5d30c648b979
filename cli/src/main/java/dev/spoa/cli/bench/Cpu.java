package dev.spoa.cli.bench;

/**
 * Processor time of a process in the measured time.
 *
 * @param micros microseconds for each ACK; 0 where there was none
 * @param cores how many processors it has used
 */
public record Cpu(double micros, double cores) {}
