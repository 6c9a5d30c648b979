package dev.spoa.agent;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** What the connections of one agent share. Immutable, or safe for any thread. */
final class AgentContext {
    final Limits limits;
    final FailurePolicy failurePolicy;
    final boolean replaceEmptyAcks;
    final Pipelining pipelining;
    final VariableNames variableNames;
    final RouteTable routes;
    final Counters counters = new Counters();
    final AgentLog log = new AgentLog(System::nanoTime);
    /** NOTIFYs that are with a handler. */
    final Admission inFlight;
    /** What their payloads add up to. */
    final Admission bytesInFlight;
    /** What connections hold of frames and fragmented NOTIFYs that are not complete. */
    final Admission incompleteBytes;
    private final int eventLoops;
    private final int largestPayload;
    final Admission connectionsWithoutHello;
    final Connections connections;
    final SlowHandlers slowHandlers;
    final ExecutorService tlsThreads = TlsThreads.open();
    /**
     * For what comes in pieces: arrays that are left to the garbage collector, so that a handler may keep them.
     */
    final ByteBufAllocator arrays;

    AgentContext(AgentBuilder builder) {
        this(builder, new UnpooledByteBufAllocator(false, true));
    }

    /** With another allocator of arrays. */
    AgentContext(AgentBuilder builder, ByteBufAllocator arrays) {
        this.arrays = arrays;
        limits = builder.limits;
        failurePolicy = builder.failurePolicy;
        replaceEmptyAcks = builder.replaceEmptyAcks;
        pipelining = builder.pipelining;
        variableNames = new VariableNames(builder.prefixLength);
        List<Route> all = new ArrayList<>();
        builder.routes.forEach((name, definition) -> all.add(new Route(name, definition, builder)));
        routes = new RouteTable(all);
        eventLoops = builder.eventLoops;
        largestPayload = Math.max(limits.frameSize(), limits.reassembledSize());
        inFlight = new Admission(limits.notifications());
        bytesInFlight = new Admission(limits.notificationBytes());
        incompleteBytes = new Admission(limits.incompleteBytes());
        connectionsWithoutHello = new Admission(limits.connectionsWithoutHello());
        connections = new Connections(limits.connections());
        slowHandlers = new SlowHandlers(limits.slowHandler().toNanos(), counters, log, System::nanoTime);
    }

    /** Whether every event loop could have one more NOTIFY admitted, whatever its size. */
    boolean hasAmpleRoom(Route route) {
        return inFlight.hasRoomFor(eventLoops) && route.inFlight.hasRoomFor(eventLoops)
                && bytesInFlight.hasRoomFor((long) eventLoops * largestPayload);
    }

    /** Whether a NOTIFY of so many bytes has a chance to be admitted, before its payload is copied. */
    boolean hasRoomFor(int payloadBytes) {
        return inFlight.hasRoomFor(1) && bytesInFlight.hasRoomFor(payloadBytes);
    }

    AgentStatistics statistics() {
        return counters.snapshot(connections.size(), inFlight.taken());
    }
}
