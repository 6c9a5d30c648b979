package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.Peer.Frame;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One kind of malformed input in all its variants (section 9.2). For each variant the agent has to close the
 * connection, must not handle anything of it, and nobody else may notice; and it should say why with one
 * AGENT-DISCONNECT. The first is one case, the second another.
 */
final class Abuse {
    private final String id;
    private final String what;
    private final List<StatusCode> statuses;
    private final List<Variant> variants = new ArrayList<>();

    /** What a connection has behind it when the malformed bytes come. */
    private enum Opening {
        NOTHING("instead of a HELLO"), HELLO("after HELLO"), FRAGMENTS("after HELLO, with fragmentation");

        private final String when;

        Opening(String when) {
            this.when = when;
        }

        Peer open(Target target) {
            return switch (this) {
                case NOTHING -> target.connect();
                case HELLO -> target.mux();
                case FRAGMENTS -> target.fragmented();
            };
        }
    }

    private record Variant(String name, Opening opening, String hex, List<StatusCode> statuses) {
        @Override
        public String toString() {
            return name + " " + opening.when + " (sent " + Hex.shortened(hex) + ")";
        }
    }

    private Abuse(String id, String what, List<StatusCode> statuses) {
        this.id = id;
        this.what = what;
        this.statuses = statuses;
    }

    /**
     * Begins without variants.
     *
     * @param id the case's
     * @param what what is wrong, as the end of a sentence: "a connection whose LENGTH is 0"
     * @param statuses those that an AGENT-DISCONNECT may give as the reason
     */
    static Abuse of(String id, String what, StatusCode... statuses) {
        return new Abuse(id, what, List.of(statuses));
    }

    /** These bytes as the first of a connection. */
    Abuse first(String name, byte[] bytes) {
        return add(name, Opening.NOTHING, bytes, statuses);
    }

    /** These bytes as the first of a connection, for which only one of the reasons is right. */
    Abuse first(String name, byte[] bytes, StatusCode status) {
        return add(name, Opening.NOTHING, bytes, List.of(status));
    }

    private Abuse add(String name, Opening opening, byte[] bytes, List<StatusCode> reasons) {
        variants.add(new Variant(name, opening, PeerBytes.hex(bytes), reasons));
        return this;
    }

    /** These bytes behind a completed HELLO. */
    Abuse later(String name, byte[] bytes) {
        return add(name, Opening.HELLO, bytes, statuses);
    }

    /** These bytes behind a completed HELLO, or not run where the agent does not announce fragmentation. */
    Abuse fragments(String name, byte[] bytes) {
        return add(name, Opening.FRAGMENTS, bytes, statuses);
    }

    /** These bytes in both places. */
    Abuse anywhere(String name, byte[] bytes) {
        return first(name, bytes).later(name, bytes);
    }

    /**
     * A malformed payload of a NOTIFY: alone, behind a good message, and with a good NOTIFY behind it, of which nothing
     * may be handled any more.
     */
    Abuse payload(String name, byte[] payload) {
        byte[] notify = PeerBytes.frame(FrameType.NOTIFY, FrameHeader.FIN, 1, 1, payload);
        return later(name, notify)
                .later(name + ", behind a good message",
                        PeerBytes.frame(FrameType.NOTIFY, FrameHeader.FIN, 1, 1,
                                PeerBytes.join(echo(), payload)))
                .later(name + ", with a good NOTIFY behind it", PeerBytes.join(notify, PeerBytes.notify(3, 1, echo())));
    }

    Case closes(Level level) {
        String title = "closes " + what + ", handles nothing of it, and goes on serving";
        Check check = Bystander.unharmed(target -> each(target, (variant, frames) -> Ending.requireClosed(frames)));
        return level == Level.MUST ? Case.must(id, title, "9.2", check) : Case.should(id, title, "9.2", check);
    }

    Case saysWhy() {
        String codes = statuses.stream().map(status -> Integer.toString(status.code()))
                .collect(Collectors.joining(" or "));
        return Case.should(id + ".status", "says AGENT-DISCONNECT " + codes + " before it closes " + what, "9.2",
                target -> each(target, (variant, frames) -> Ending.requireStatus(frames, variant.statuses)));
    }

    /** Both cases, where closing is a must. */
    List<Case> cases() {
        return List.of(closes(Level.MUST), saysWhy());
    }

    /** Both cases, where closing is a should as well. */
    List<Case> shouldCases() {
        return List.of(closes(Level.SHOULD), saysWhy());
    }

    private interface Verdict {
        void on(Variant variant, List<Frame> frames);
    }

    private void each(Target target, Verdict verdict) {
        String before = "";
        for (Variant variant : variants) {
            try (Peer peer = variant.opening.open(target)) {
                peer.sendWhileOpen(PeerBytes.bytes(variant.hex));
                verdict.on(variant, peer.readToEnd(target.patience()));
            } catch (AssertionError | UncheckedIOException e) {
                throw new AssertionError(variant + ": " + e.getMessage(), e);
            } catch (AgentGoneException e) {
                throw new AgentGoneException(e.getMessage() + before, e);
            }
            before = ", after " + variant;
        }
    }
}
