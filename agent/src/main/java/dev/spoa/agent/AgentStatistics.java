package dev.spoa.agent;

import java.util.Map;

/**
 * What an agent has done since it started, and has at hand now. The figures are read one after the other while the
 * agent works, so they need not add up to the last one.
 *
 * @param connections connections that are open now
 * @param accepted connections that were ever accepted
 * @param refusedConnections connections closed at once because of {@link Limits#connections()} or
 *        {@link Limits#connectionsWithoutHello()}
 * @param rejectedConnections connections closed before anything of SPOP was read from them: their network is not an
 *        allowed one, their PROXY header was missing or wrong, or their TLS handshake failed
 * @param healthChecks health checks answered
 * @param notifications NOTIFYs received whole
 * @param acks ACKs written
 * @param inFlight NOTIFYs whose handler has not ended, those that were answered in its place included
 * @param superseded NOTIFYs whose ids came again on their connection before they were answered; they have no ACK
 * @param lateResults handlers that ended after their NOTIFY was answered in their place, superseded, or lost with its
 *        connection
 * @param lateActions actions set in a reply that was no longer open
 * @param protocolErrors connections ended by this agent because of what the peer sent
 * @param slowHandlers NOTIFYs with a handler that took, or has taken so far, {@link Limits#slowHandler()} or longer
 * @param failures how often the failure policy was asked, by kind; every kind has an entry
 */
public record AgentStatistics(long connections, long accepted, long refusedConnections,
        long rejectedConnections, long healthChecks, long notifications, long acks, long inFlight, long superseded,
        long lateResults, long lateActions,
        long protocolErrors, long slowHandlers, Map<FailureKind, Long> failures) {
    /**
     * Takes a copy of the map.
     */
    public AgentStatistics {
        failures = Map.copyOf(failures);
    }
}
