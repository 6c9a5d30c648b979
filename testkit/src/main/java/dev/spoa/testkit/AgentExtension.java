package dev.spoa.testkit;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineBuilder;
import dev.spoa.engine.EngineProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Your agent for tests, on a free port, and engines that are connected to it.
 *
 * {@snippet file="dev/spoa/testkit/examples/ScoresTest.java" region="extension"}
 *
 * <p>
 * In a static field it starts one agent for all tests of the class, in an instance's field one for each test; the agent
 * is closed after the last of them. A parameter of a test, of its class's constructor or of a lifecycle method is given
 * <ul>
 * <li>the running agent, where its type is {@link Agent};
 * <li>a new connection to it, where its type is {@link Engine}: one for each test, shared with the {@code @BeforeEach} and
 * {@code @AfterEach} methods around it and closed after it, or one for the class in {@code @BeforeAll} and
 * {@code @AfterAll} methods.
 * </ul>
 * With two agents in one class parameters would not say whose they are: leave them out, and call {@link #agent()} and
 * {@link #engine()}.
 */
public final class AgentExtension implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback,
        AfterEachCallback, ParameterResolver {
    private final Supplier<AgentBuilder> definition;
    private final Lease<Running> running = new Lease<>("the agent", this::start, Running::close);
    private final Namespace namespace = Namespace.create(AgentExtension.class, this);
    private String address = "127.0.0.1:0";
    private boolean ownUnixSocket;
    private EngineProfile profile = EngineProfile.MUX;
    private Consumer<EngineBuilder> engineSettings = settings -> {
    };

    private AgentExtension(Supplier<AgentBuilder> definition) {
        this.definition = definition;
    }

    /**
     * An extension that starts what a builder tells, on a port of its own and without a shutdown hook.
     *
     * @param definition asked for a new builder at each start; it has handlers and limits, and no address
     * @return the extension
     */
    public static AgentExtension of(Supplier<AgentBuilder> definition) {
        return new AgentExtension(definition);
    }

    /**
     * Sets where the agent listens.
     *
     * @param address one of those that {@link dev.spoa.agent.Listener#on(String)} names, in place of
     *        {@code 127.0.0.1:0}; port 0 is a free one
     * @return this extension
     */
    public AgentExtension listen(String address) {
        this.address = address;
        ownUnixSocket = false;
        return this;
    }

    /**
     * Makes the agent listen on a unix socket in a new folder, which goes away with it.
     *
     * @return this extension
     */
    public AgentExtension listenOnUnixSocket() {
        ownUnixSocket = true;
        return this;
    }

    /**
     * Sets which HAProxy the engines are like. {@link EachProfile} on a test goes before it.
     *
     * @param profile the profile, in place of {@link EngineProfile#MUX}
     * @return this extension
     */
    public AgentExtension profile(EngineProfile profile) {
        this.profile = profile;
        return this;
    }

    /**
     * Sets more about the engines, such as the frame size that they offer.
     *
     * @param settings called with the builder of each engine before it connects
     * @return this extension
     */
    public AgentExtension engineSettings(Consumer<EngineBuilder> settings) {
        engineSettings = settings;
        return this;
    }

    /**
     * The running agent.
     *
     * @return the agent; a test may close it
     * @throws IllegalStateException if no test runs
     */
    public Agent agent() {
        return running.get().agent;
    }

    /**
     * Where the agent listens.
     *
     * @return its address, with the port that port 0 became
     * @throws IllegalStateException if no test runs
     */
    public SocketAddress address() {
        return running.get().address;
    }

    /**
     * Connects one more engine.
     *
     * @return the engine; closed with the agent, if not before
     * @throws IllegalStateException if no test runs
     * @throws dev.spoa.engine.EngineException if the agent refuses the connection
     */
    public Engine engine() {
        return engine(profile);
    }

    /**
     * Connects one more engine, of a certain profile.
     *
     * @param profile which HAProxy it is like
     * @return the engine; closed with the agent, if not before
     * @throws IllegalStateException if no test runs
     * @throws dev.spoa.engine.EngineException if the agent refuses the connection
     */
    public Engine engine(EngineProfile profile) {
        Running now = running.get();
        Engine engine = connect(now, profile);
        now.engines.add(engine);
        return engine;
    }

    private Engine connect(Running now, EngineProfile profile) {
        EngineBuilder settings = Engine.builder().profile(profile);
        engineSettings.accept(settings);
        return settings.connect(now.address);
    }

    private Running start() {
        Path folder = ownUnixSocket ? newFolder() : null;
        String listen = folder == null ? address : "unix@" + folder.resolve("agent.sock");
        try {
            Agent agent = definition.get().listen(listen).shutdownHook(false).start();
            return new Running(agent, agent.addresses().getLast(), folder, new CopyOnWriteArrayList<>());
        } catch (RuntimeException e) {
            remove(folder);
            throw e;
        }
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("spoa-agent");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for the agent's unix socket", e);
        }
    }

    private static void remove(@Nullable Path folder) {
        if (folder != null) {
            try {
                Files.delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove the folder of the agent's unix socket", e);
            }
        }
    }

    private record Running(Agent agent, SocketAddress address, @Nullable Path folder, List<Engine> engines) {
        void close() {
            try {
                engines.forEach(Engine::close);
            } finally {
                try {
                    agent.close();
                } finally {
                    remove(folder);
                }
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        running.begin();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        closeEngineOf(context);
        running.end();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        running.begin();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        closeEngineOf(context);
        running.end();
    }

    /** A constructor's engine belongs to the test for which the object is made. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Agent.class || type == Engine.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Running now = running.get();
        if (parameter.getParameter().getType() == Agent.class) {
            return now.agent;
        }
        return context.getStore(namespace).computeIfAbsent(context.getUniqueId(),
                id -> connect(now, EachProfileProvider.profileIn(context).orElse(profile)), Engine.class);
    }

    private void closeEngineOf(ExtensionContext context) {
        Engine engine = context.getStore(namespace).remove(context.getUniqueId(), Engine.class);
        if (engine != null) {
            engine.close();
        }
    }
}
