package dev.spoa.cli;

import dev.spoa.cli.capture.Connection;
import dev.spoa.cli.capture.Flow;
import dev.spoa.cli.capture.Packet;
import dev.spoa.cli.capture.TcpTracker;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Packets in, frames out: a {@link Conversation} for each connection. */
final class CaptureDecoder implements TcpTracker.Sink {
    /** The most bytes that are kept of unfinished frames, in all connections together. */
    static final int MAX_HELD = 64 * 1_048_576;

    private final Map<Connection, Conversation> conversations = new HashMap<>();
    private final TcpTracker tracker;
    private final DecodeReport report;
    private final int maxLength;
    private final boolean isTold;
    private long held;

    CaptureDecoder(@Nullable Integer port, int maxLength, DecodeReport report) {
        this.tracker = new TcpTracker(end -> port == null || end.port() == port, this);
        this.report = report;
        this.maxLength = maxLength;
        this.isTold = port != null;
    }

    void packet(Packet packet) {
        tracker.packet(packet);
    }

    void finish() {
        tracker.finish();
        if (tracker.untracked() > 0) {
            report.message(DecodeText.count(tracker.untracked(), "segment") + " passed over: more than "
                    + TcpTracker.MAX_CONNECTIONS
                    + " connections were open at once, the most that are followed; select some with --port");
        }
        if (tracker.unknownLinks() > 0) {
            report.message(DecodeText.count(tracker.unknownLinks(), "packet")
                    + " passed over: the link type is not Ethernet, Linux"
                    + " cooked, raw IP or loopback");
        }
        if (tracker.segments() == 0) {
            report.message("no TCP segment" + (isTold ? " with that port" : "") + " in the capture");
        }
    }

    @Override
    public void opened(Connection connection, Packet packet) {
        conversations.put(connection, new Conversation(connection, maxLength, isTold, report));
    }

    @Override
    public void data(Flow flow, ByteBuffer data, Packet packet) {
        Conversation conversation = of(flow.connection());
        held -= conversation.held();
        conversation.data(flow, data, packet);
        if (held + conversation.held() > MAX_HELD) {
            conversation.giveUp(flow, packet);
        }
        held += conversation.held();
    }

    @Override
    public void gap(Flow flow, long bytes, Packet packet) {
        Conversation conversation = of(flow.connection());
        held -= conversation.held();
        conversation.gap(flow, bytes, packet);
        held += conversation.held();
    }

    @Override
    public void closed(Connection connection, TcpTracker.End how, Packet packet) {
        held -= of(connection).held();
        of(connection).closed(how, packet);
        conversations.remove(connection);
    }

    private Conversation of(Connection connection) {
        Conversation known = conversations.get(connection);
        if (known == null) {
            throw new IllegalStateException("connection " + connection.number() + " was not opened");
        }
        return known;
    }
}
