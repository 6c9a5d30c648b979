package dev.spoa.cli.capture;

/**
 * A captured packet.
 *
 * @param number its place in the capture, from 1
 * @param offset the byte of the file at which its data begin
 * @param nanos when, in nanoseconds since 1970
 * @param linkType the kind of its first header, as the registry of pcap numbers them
 * @param bytes what was captured of it; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once, never compared
public record Packet(long number, long offset, long nanos, int linkType, byte[] bytes) {}
