package dev.spoa.cli;

import dev.spoa.cli.capture.Connection;
import dev.spoa.cli.capture.Flow;
import dev.spoa.cli.capture.Packet;
import dev.spoa.cli.capture.TcpTracker.End;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameText;
import dev.spoa.protocol.wire.FrameText.Item;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What one captured connection says. It is SPOP if its first bytes can be the beginning of a frame; where the capture
 * lacks them, if any frame is found. Of a connection that is not, only that is told.
 */
final class Conversation {
    /** The most NOTIFYs without ACK whose ids are remembered. */
    static final int MAX_PENDING = 1_000;
    private static final int FIRST_BYTES = 16;

    private final Connection connection;
    private final DecodeReport report;
    private final int maxLength;
    private final boolean isTold;
    private final Side request;
    private final Side response;
    private final Map<FrameIds, Long> pending = new LinkedHashMap<>();
    /** How many more NOTIFYs have no ACK. */
    private long forgotten;
    private OptionalLong offered = OptionalLong.empty();
    private long bytes;
    private long frames;
    private boolean isOther;
    private @Nullable Packet packet;

    private record FrameIds(long streamId, long frameId) {}

    /** {@code isTold}: whether the user says that it is SPOP, so that it is taken for that whatever its bytes are. */
    Conversation(Connection connection, int maxLength, boolean isTold, DecodeReport report) {
        this.connection = connection;
        this.maxLength = maxLength;
        this.isTold = isTold;
        this.report = report;
        this.request = new Side(connection.request());
        this.response = new Side(connection.response());
    }

    /** One direction: its first bytes are kept until they can be judged. */
    private final class Side implements FrameStream.Sink {
        private final Flow flow;
        private final ByteBuf first = Unpooled.buffer(FIRST_BYTES);
        private @Nullable FrameStream stream;

        Side(Flow flow) {
            this.flow = flow;
            if (isTold || !connection.isStartCaptured()) {
                stream = new FrameStream(maxLength, connection.isStartCaptured(), this);
            }
        }

        int held() {
            FrameStream known = stream;
            return known == null ? first.readableBytes() : known.held();
        }

        void data(ByteBuffer data) {
            FrameStream known = stream;
            if (known == null) {
                first.writeBytes(data);
                if (first.readableBytes() < FrameStream.RECOGNISED_BY) {
                    return;
                }
                if (!FrameStream.isBeginning(first, 0, maxLength)) {
                    isOther = true;
                    return;
                }
                known = begin();
            } else {
                known.data(data);
            }
        }

        private FrameStream begin() {
            FrameStream begun = new FrameStream(maxLength, true, this);
            stream = begun;
            begun.data(first.nioBuffer());
            first.clear();
            return begun;
        }

        void gap(long missing) {
            FrameStream known = stream;
            if (known == null) {
                known = begin();
            }
            known.gap(missing);
        }

        void drop() {
            stream = null;
            first.clear();
        }

        void end() {
            FrameStream known = stream;
            if (known == null && first.isReadable()) {
                known = begin();
            }
            if (known != null) {
                known.end();
            }
        }

        @Override
        public void frame(long offset, FrameText frame) {
            frames++;
            FrameText judged = agree(frame);
            report.frame(Origin.of(flow, at()), offset, judged, answered(frame));
        }

        @Override
        public void skipped(long offset, long skipped, String why) {
            if (frames > 0 || isTold) {
                report.skipped(Origin.of(flow, at()), offset, skipped, why);
            }
        }
    }

    void data(Flow flow, ByteBuffer data, Packet from) {
        packet = from;
        bytes += data.remaining();
        if (!isOther) {
            side(flow).data(data);
        }
    }

    /** How many bytes are kept of frames that are not whole yet. */
    int held() {
        return isOther ? 0 : request.held() + response.held();
    }

    /** Gives the connection up and what is kept of it. */
    void giveUp(Flow flow, Packet from) {
        isOther = true;
        report.skipped(Origin.of(flow, from), 0, bytes, "more than " + CaptureDecoder.MAX_HELD
                + " bytes of unfinished frames are kept of all connections; select some with --port");
        request.drop();
        response.drop();
    }

    void gap(Flow flow, long missing, Packet from) {
        packet = from;
        if (!isOther) {
            report.gap(Origin.of(flow, from), missing);
            side(flow).gap(missing);
        }
    }

    void closed(End how, Packet from) {
        packet = from;
        if (!isOther) {
            request.end();
            response.end();
        }
        if (frames == 0 && bytes > 0) {
            report.passedOver(connection, Origin.of(connection.request(), from), bytes);
        } else {
            report.closed(connection, Origin.of(connection.request(), from), how, frames,
                    forgotten + pending.size());
        }
    }

    private Side side(Flow flow) {
        return flow == connection.request() ? request : response;
    }

    private Packet at() {
        Packet now = packet;
        if (now == null) {
            throw new IllegalStateException("a frame before any packet");
        }
        return now;
    }

    /** Remembers the engine's max-frame-size and holds later frames against it (section 3.4). */
    private FrameText agree(FrameText frame) {
        if (frame.type() == FrameType.HAPROXY_HELLO.code() && !frame.isMalformed()) {
            offered = maxFrameSize(frame);
            return frame;
        }
        return offered.isPresent() && Long.compareUnsigned(frame.length(), offered.getAsLong()) > 0
                && frame.length() <= maxLength ? Faults.aboveAgreed(frame, offered.getAsLong()) : frame;
    }

    private static OptionalLong maxFrameSize(FrameText hello) {
        for (Item item : hello.items()) {
            if (item.name().equals("max-frame-size") && item.value().matches("\\d{1,18}")) {
                return OptionalLong.of(Long.parseLong(item.value()));
            }
        }
        return OptionalLong.empty();
    }

    /** How long a NOTIFY has waited for this frame, in nanoseconds; empty unless the frame is its ACK. */
    private OptionalLong answered(FrameText frame) {
        FrameHeader header = frame.header();
        if (header == null) {
            return OptionalLong.empty();
        }
        FrameIds ids = new FrameIds(header.streamId(), header.frameId());
        if (frame.type() == FrameType.NOTIFY.code()) {
            remember(ids);
        } else if (frame.type() == FrameType.ACK.code()) {
            Long asked = pending.remove(ids);
            if (asked != null) {
                return OptionalLong.of(at().nanos() - asked);
            }
            // it fits none that is remembered, so it is taken for that of one that is not
            forgotten = Math.max(0, forgotten - 1);
        }
        return OptionalLong.empty();
    }

    /** The eldest makes place: it is the one that is least likely to be answered still. */
    private void remember(FrameIds ids) {
        pending.put(ids, at().nanos());
        if (pending.size() > MAX_PENDING) {
            pending.remove(pending.keySet().iterator().next());
            forgotten++;
        }
    }
}
