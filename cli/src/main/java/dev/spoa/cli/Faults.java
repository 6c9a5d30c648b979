package dev.spoa.cli;

import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.FrameText;
import dev.spoa.protocol.wire.FrameText.Fault;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a frame only because of where it stands. */
final class Faults {
    private Faults() {}

    /** A LENGTH above what this tool takes; the frame's own faults would only say that it is cut. */
    static FrameText tooLong(FrameText frame, int maxLength) {
        return with(frame, List.of(new Fault(0, StatusCode.FRAME_TOO_BIG, "frame length " + frame.length()
                + " exceeds the " + maxLength + " that are taken for a frame (--max-frame-size)")));
    }

    /** A LENGTH above what the two sides agreed on. */
    static FrameText aboveAgreed(FrameText frame, long agreed) {
        List<Fault> faults = new ArrayList<>(List.of(new Fault(0, StatusCode.FRAME_TOO_BIG, "frame length "
                + frame.length() + " exceeds the max-frame-size " + agreed + " of the HELLOs")));
        faults.addAll(frame.faults());
        return with(frame, faults);
    }

    private static FrameText with(FrameText frame, List<Fault> faults) {
        return new FrameText(frame.size(), frame.length(), frame.type(), frame.header(), frame.items(),
                frame.omitted(), frame.notes(), faults);
    }
}
