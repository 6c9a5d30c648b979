/**
 * Captured traffic: {@link dev.spoa.cli.capture.CaptureReader} takes packets out of pcap and pcapng files,
 * {@link dev.spoa.cli.capture.TcpTracker} puts the TCP streams in them together again. Everything is read once, from the
 * first byte to the last, and what is kept meanwhile is bounded.
 */
@NullMarked
package dev.spoa.cli.capture;

import org.jspecify.annotations.NullMarked;
