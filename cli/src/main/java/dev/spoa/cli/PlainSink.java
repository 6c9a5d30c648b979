package dev.spoa.cli;

import dev.spoa.protocol.wire.FrameText;
import java.util.OptionalLong;

/** Tells of frames in an input that is nothing but frames. */
record PlainSink(DecodeReport report) implements FrameStream.Sink {
    @Override
    public void frame(long offset, FrameText frame) {
        report.frame(null, offset, frame, OptionalLong.empty());
    }

    @Override
    public void skipped(long offset, long bytes, String why) {
        report.skipped(null, offset, bytes, why);
    }
}
