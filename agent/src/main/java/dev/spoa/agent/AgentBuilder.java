package dev.spoa.agent;

import static java.util.Objects.requireNonNull;

import dev.spoa.protocol.Scope;
import dev.spoa.protocol.VariableName;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects what an {@link Agent} is made of. Nothing is opened before {@link #start()}, and all that cannot be right is
 * refused before that. Not for several threads at once.
 */
public final class AgentBuilder {
    private static final Duration MAX_GRACE = Duration.ofHours(1);
    private static final int MAX_EVENT_LOOPS = 1_024;

    final Map<String, Route.Definition> routes = new LinkedHashMap<>();
    final List<Listener> listeners = new ArrayList<>();
    Limits limits = Limits.defaults();
    Transport transport = Transport.AUTO;
    int eventLoops = Runtime.getRuntime().availableProcessors();
    FailurePolicy failurePolicy = FailurePolicy.errorVariable();
    Duration grace = Duration.ofSeconds(10);
    Duration notice = Duration.ZERO;
    boolean shutdownHook = true;
    boolean replaceEmptyAcks;
    Pipelining pipelining = Pipelining.ALWAYS;
    /** The least that HAProxy's configuration can have. */
    int prefixLength = 1;

    AgentBuilder() {}

    /**
     * Registers a handler that may block: each NOTIFY with a message of this name runs on a virtual thread, which is
     * interrupted when the agent gives the NOTIFY up. However many block, the next one has a thread.
     *
     * <p>
     * A thread that is done goes on to another NOTIFY. So what a handler leaves behind in a {@link ThreadLocal}, such as the
     * context of a logger, and a name that it gives the thread, are there when a handler runs on it again; an interrupt is not.
     *
     * <p>
     * Before Java 24 a handler that blocks inside {@code synchronized} holds one of the few carrier threads; run on 25.
     *
     * @param message the message's name, as in {@code spoe-message <name>}
     * @param handler what handles it; called by many threads at once
     * @return this builder
     * @throws IllegalArgumentException if the name is empty or has a handler already
     */
    public AgentBuilder on(String message, MessageHandler handler) {
        return handle(message, Route.Kind.BLOCKING, new Route.Handler.Direct(requireNonNull(handler)));
    }

    /**
     * Registers a handler that never blocks and answers later: it is called on the connection's event loop and returns
     * a stage. (Where a NOTIFY also has a message with a blocking handler, it is called on that NOTIFY's virtual thread,
     * which waits for the stage.)
     *
     * @param message the message's name, as in {@code spoe-message <name>}
     * @param handler what handles it; called by several event loops at once
     * @return this builder
     * @throws IllegalArgumentException if the name is empty or has a handler already
     */
    public AgentBuilder onAsync(String message, AsyncMessageHandler handler) {
        return handle(message, Route.Kind.ASYNC, new Route.Handler.Async(requireNonNull(handler)));
    }

    /**
     * Registers a handler that answers at once and never blocks: it runs on the connection's event loop, and its
     * message is valid until it returns. The fastest kind; one that blocks stalls every connection of its event loop.
     * (Where a NOTIFY also has a message with another kind of handler, it runs where that one does.)
     *
     * @param message the message's name, as in {@code spoe-message <name>}
     * @param handler what handles it; called by several event loops at once
     * @return this builder
     * @throws IllegalArgumentException if the name is empty or has a handler already
     */
    public AgentBuilder onInline(String message, MessageHandler handler) {
        return handle(message, Route.Kind.INLINE, new Route.Handler.Direct(requireNonNull(handler)));
    }

    private AgentBuilder handle(String message, Route.Kind kind, Route.Handler handler) {
        Route.Definition route = route(message);
        if (route.handler != null) {
            throw new IllegalArgumentException("message \"" + message + "\" has a handler already");
        }
        route.kind = kind;
        route.handler = handler;
        return this;
    }

    private Route.Definition route(String message) {
        if (message.isEmpty()) {
            throw new IllegalArgumentException("a message's name must not be empty");
        }
        return routes.computeIfAbsent(message, name -> new Route.Definition());
    }

    /**
     * Sets the deadline of one message, in place of {@link Limits#deadline()}. A NOTIFY with several messages has the
     * shortest of theirs.
     *
     * @param message the message's name; it needs a handler that is not an inline one
     * @param deadline 1 ms to 1 day, from the arrival of the NOTIFY
     * @return this builder
     * @throws IllegalArgumentException if the deadline is out of range
     */
    public AgentBuilder deadline(String message, Duration deadline) {
        route(message).deadline = Limits.checkedDeadline(deadline);
        return this;
    }

    /**
     * Sets how many NOTIFYs with this message may be in flight, in place of {@link Limits#notificationsPerMessage()}.
     *
     * @param message the message's name; it needs a handler that is not an inline one
     * @param notifications 1 to 16,777,216; a NOTIFY counts once for each time that it has the message
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public AgentBuilder inFlight(String message, int notifications) {
        route(message).inFlight = Limits.checked("inFlight of message \"" + message + "\"", notifications, 1, 1 << 24);
        return this;
    }

    /**
     * Sets what HAProxy is told when there is no answer, in place of {@link FailurePolicy#errorVariable()}.
     *
     * @param policy the policy for all messages without one of their own, and for failures of a whole NOTIFY whose first
     *        message has none
     * @return this builder
     */
    public AgentBuilder onFailure(FailurePolicy policy) {
        failurePolicy = requireNonNull(policy);
        return this;
    }

    /**
     * Sets what HAProxy is told when there is no answer to one message. It is also asked when a NOTIFY fails as a whole
     * whose first message this is.
     *
     * @param message the message's name; it needs a handler
     * @param policy the policy
     * @return this builder
     */
    public AgentBuilder onFailure(String message, FailurePolicy policy) {
        route(message).failurePolicy = requireNonNull(policy);
        return this;
    }

    /**
     * Adds an address to listen on; call it again for more of them.
     *
     * @param address one of those that {@link Listener#on(String)} names, as in {@code 127.0.0.1:3000} or
     *        {@code unix@/path/to/socket}
     * @return this builder
     * @throws IllegalArgumentException if it is none of these, or an inherited socket that is added already
     */
    public AgentBuilder listen(String address) {
        return listen(Listener.on(address));
    }

    /**
     * Adds an address to listen on; call it again for more of them.
     *
     * @param address an {@link java.net.InetSocketAddress}, a {@link java.net.UnixDomainSocketAddress} or a
     *        {@link dev.spoa.protocol.AbstractSocketAddress}
     * @return this builder
     * @throws IllegalArgumentException if it is none of these, or an unresolved one
     */
    public AgentBuilder listen(SocketAddress address) {
        return listen(Listener.on(address));
    }

    /**
     * Adds an address to listen on with all that holds for it; call it again for more of them.
     *
     * @param listener the address and its settings
     * @return this builder
     * @throws IllegalArgumentException if it is an inherited socket that is added already
     */
    public AgentBuilder listen(Listener listener) {
        if (listener.address() == null
                && listeners.stream().anyMatch(other -> other.descriptor() == listener.descriptor())) {
            throw new IllegalArgumentException("the inherited socket " + listener + " is added already");
        }
        listeners.add(listener);
        return this;
    }

    /**
     * Sets what a peer can ask for at most.
     *
     * @param limits the limits, in place of {@link Limits#defaults()}
     * @return this builder
     */
    public AgentBuilder limits(Limits limits) {
        this.limits = requireNonNull(limits);
        return this;
    }

    /**
     * Sets how the agent talks to the operating system.
     *
     * @param transport the transport, in place of {@link Transport#AUTO}
     * @return this builder
     */
    public AgentBuilder transport(Transport transport) {
        this.transport = requireNonNull(transport);
        return this;
    }

    /**
     * Sets how many event loops serve the connections.
     *
     * @param number 1 to 1,024, in place of the number of processors
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public AgentBuilder eventLoops(int number) {
        eventLoops = Limits.checked("eventLoops", number, 1, MAX_EVENT_LOOPS);
        return this;
    }

    /**
     * Sets how long {@link Agent#close()} waits for what is in flight. What has arrived and is not answered by then is given
     * up.
     *
     * @param grace 0 to 1 h, in place of 10 s
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public AgentBuilder grace(Duration grace) {
        this.grace = checkedGrace(grace);
        return this;
    }

    static Duration checkedGrace(Duration grace) {
        return Limits.checked("grace", grace, Duration.ZERO, MAX_GRACE);
    }

    /**
     * Sets how long {@link Agent#close()} gives notice: for so long health checks fail already, with AGENT-DISCONNECT,
     * while connections are still accepted and NOTIFYs answered. HAProxy with {@code option spop-check} takes the server
     * out meanwhile and asks another one, so that nothing is lost when this one stops to listen. That is so from 3.1 on;
     * 3.0 goes on using the connections that it has, and needs {@link Pipelining#NEVER}, too. Should be a little more than
     * {@code inter} times {@code fall} of the server.
     *
     * @param notice 0 to 1 h, in place of 0; it comes before the {@link #grace(Duration) grace} time
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public AgentBuilder notice(Duration notice) {
        this.notice = Limits.checked("notice", notice, Duration.ZERO, MAX_GRACE);
        return this;
    }

    /**
     * Sets whether starting installs a shutdown hook that closes the agent, so that SIGTERM loses nothing that has arrived.
     * NOTIFYs that cross our DISCONNECT are lost, unless {@link #pipelining pipelining} or {@link #notice notice}
     * prevents it.
     *
     * @param install whether to, in place of true
     * @return this builder
     */
    public AgentBuilder shutdownHook(boolean install) {
        shutdownHook = install;
        return this;
    }

    /**
     * Tells the {@code option var-prefix} of HAProxy's {@code spoe-agent} section, which by default is that section's
     * name. It is not sent, but HAProxy accepts at most 63 bytes for scope, prefix and name together, so with it too
     * long a name is refused when it is set and not by HAProxy, which says nothing.
     *
     * @param prefix the prefix
     * @return this builder
     * @throws IllegalArgumentException if HAProxy would not accept the prefix
     */
    public AgentBuilder variablePrefix(String prefix) {
        VariableName.check(Scope.PROCESS, 0, prefix);
        prefixLength = prefix.length();
        return this;
    }

    /**
     * Sets whether an ACK without actions gets a harmless one, the removal of a variable that nobody uses. HAProxy
     * 3.1.0 needs it: there an empty ACK is not seen, and the request waits for the whole {@code timeout processing}.
     *
     * @param replace whether to, in place of false
     * @return this builder
     */
    public AgentBuilder replaceEmptyAcks(boolean replace) {
        replaceEmptyAcks = replace;
        return this;
    }

    /**
     * Sets which engines may have several NOTIFYs in flight on one connection. Without pipelining HAProxy opens more
     * connections instead and puts one NOTIFY at a time on each.
     *
     * <p>
     * {@link Pipelining#OLD_ENGINE} is for replies of more than some 700 bytes to HAProxy 3.1 and later: as of 3.4.7 a
     * connection of its engine stalls for good when the ACKs that it has not read yet fill its receive buffer
     * ({@code tune.bufsize}, 16,384 bytes by default), and it keeps up to 20 NOTIFYs in flight on one (section 13 of the
     * protocol reference).
     *
     * <p>
     * {@link Pipelining#NEVER} is for restarts that lose no event with HAProxy 3.0, or with later ones where the old
     * agent and the new one share an address: a NOTIFY that crosses our DISCONNECT is lost, and without pipelining none
     * can. With two agents in turn HAProxy 3.1 and later need {@link #notice notice} only. Not for HAProxy 2.6, which
     * without pipelining leaves an event unsent now and then.
     *
     * @param engines which engines, in place of {@link Pipelining#ALWAYS}
     * @return this builder
     */
    public AgentBuilder pipelining(Pipelining engines) {
        pipelining = requireNonNull(engines);
        return this;
    }

    /**
     * Opens the addresses and starts to serve them.
     *
     * @return the running agent
     * @throws IllegalStateException if there is no address, or a deadline, a limit or a policy is set for a message
     *         that has no handler to which it could apply, the transport is not available or has no such sockets, or an
     *         inherited unix socket has allowed networks
     * @throws java.io.UncheckedIOException if an address cannot be opened; none is open then
     */
    public Agent start() {
        return Agent.start(this);
    }
}
