package dev.spoa.conformance;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.wire.AgentHello;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.Version;
import java.time.Duration;
import java.util.List;

/** C12 to C14: health checks, and connections on which nothing is said. */
final class HealthCheckCases {
    private static final Duration QUIET = Duration.ofMillis(300);
    private static final int TIMES = 20;

    private HealthCheckCases() {}

    static List<Case> all() {
        return List.of(
                Case.must("C12",
                        "answers the health check of HAProxy from 3.1 on: flags 1, three keys, nothing behind it",
                        "9.1, 5.1", HealthCheckCases::muxCheck),
                Case.must("C12.legacy", "answers the health check of HAProxy up to 3.0 for any of its buffers",
                        "9.1, 5.1",
                        HealthCheckCases::legacyCheck),
                Case.should("C12.bufsize",
                        "answers a health check with max-frame-size 256, for HAProxy from 3.1 on does"
                                + " not tell how small its buffer is",
                        "5.1, 11", HealthCheckCases::fitsEveryBuffer),
                Case.must("C13", "survives a reset after its answer to a health check", "9.1, 5.1",
                        HealthCheckCases::reset),
                Case.must("C14", "says nothing on a connection that ends without a byte", "9.1, 5.2",
                        HealthCheckCases::silence));
    }

    private static AgentHelloForm answered(Target target) {
        Peer peer = target.connect().send(Hellos.muxCheck());
        AgentHelloForm form = AgentHelloForm.require(peer.readFrame(), Hellos.DEFAULT_SIZE);
        form.requireNothingElse();
        if (peer.speaksWithin(QUIET)) {
            throw new AssertionError("expected nothing behind the AGENT-HELLO, which HAProxy would take for more keys,"
                    + " but there came " + PeerBytes.hex(peer.readOnce()));
        }
        peer.close();
        return form;
    }

    private static void muxCheck(Target target) {
        answered(target);
        target.requireServes();
    }

    private static void fitsEveryBuffer(Target target) {
        long size = answered(target).maxFrameSize();
        if (size != FrameHeader.MIN_MAX_FRAME_SIZE) {
            throw new AssertionError("expected max-frame-size 256 in the answer to a health check, but there came "
                    + size + ": with a smaller tune.bufsize HAProxy takes the agent for down");
        }
    }

    /** What HAProxy up to 3.0 looks at (2.3): less than the newer one does. */
    private static void legacyCheck(Target target) {
        for (int offered : new int[] {4_092, 8_188, 16_380, 32_764, 65_532}) {
            Peer peer = target.connect().send(Hellos.legacyCheck(offered));
            Peer.Frame frame = peer.readFrame();
            FrameHeader expected = new FrameHeader(FrameType.AGENT_HELLO.code(), FrameHeader.FIN, 0, 0);
            AgentHello.Found found = find(frame);
            String version = found.version();
            Long size = found.maxFrameSize();
            if (!frame.header().equals(expected) || version == null || !Version.isSupported(version) || size == null
                    || size < FrameHeader.MIN_MAX_FRAME_SIZE || size > offered) {
                throw new AssertionError("a health check that offers max-frame-size " + offered + ": expected an"
                        + " AGENT-HELLO with version 2.0 and a max-frame-size from 256 to that, but there came "
                        + frame);
            }
            peer.close();
        }
        target.requireServes();
    }

    private static AgentHello.Found find(Peer.Frame frame) {
        try {
            return AgentHello.find(frame.payload());
        } catch (ProtocolException e) {
            throw new AssertionError("byte " + e.index() + ": " + e.getMessage() + "; there came " + frame, e);
        }
    }

    private static void reset(Target target) {
        for (int i = 0; i < TIMES; i++) {
            Peer peer = target.connect().send(Hellos.muxCheck());
            peer.readFrame();
            peer.reset();
        }
        target.requireServes();
    }

    private static void silence(Target target) {
        for (int i = 0; i < TIMES; i++) {
            target.connect().close();
            target.connect().reset();
            target.connect().halfClose().expectClosed();
        }
        target.requireServes();
    }
}
