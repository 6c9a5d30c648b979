package dev.spoa.testkit;

import static dev.spoa.protocol.Scope.TRANSACTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineException;
import dev.spoa.engine.EngineProfile;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

class AgentExtensionTest {
    private static final List<Agent> AGENTS = new ArrayList<>();
    private static final List<Engine> ENGINES = new ArrayList<>();
    private static final List<SocketAddress> ADDRESSES = new ArrayList<>();

    @BeforeEach
    @AfterEach
    void forget() {
        AGENTS.clear();
        ENGINES.clear();
        ADDRESSES.clear();
    }

    private static AgentBuilder answering() {
        return Agent.builder().onInline("ask", (message, reply) -> reply.set(TRANSACTION, "answer", 42));
    }

    private static void use(Agent agent, Engine engine) {
        SpoaAssertions.assertThat(engine.notify("ask")).sets(TRANSACTION, "answer", 42);
        AGENTS.add(agent);
        ENGINES.add(engine);
    }

    static final class OneForAll {
        @RegisterExtension static final AgentExtension agent = AgentExtension.of(AgentExtensionTest::answering);

        private static Engine ofClass;
        private final Engine ofConstructor;
        private Engine ofBefore;

        OneForAll(Engine engine) {
            ofConstructor = engine;
        }

        @BeforeAll
        static void beforeAll(Engine engine) {
            ofClass = engine;
        }

        @BeforeEach
        void before(Engine engine) {
            ofBefore = engine;
        }

        @Test
        void first(Agent given, Engine engine) {
            assertThat(engine).isSameAs(ofBefore).isSameAs(ofConstructor).isNotSameAs(ofClass);
            use(given, engine);
        }

        @Test
        void second(Engine engine, Agent given) {
            assertThat(agent.agent()).isSameAs(given);
            use(given, engine);
        }

        @AfterEach
        void after(Engine engine) {
            assertThat(engine).isSameAs(ofBefore);
            assertThat(engine.isOpen()).isTrue();
        }

        @AfterAll
        static void afterAll(Engine engine) {
            assertThat(engine).isSameAs(ofClass);
            use(agent.agent(), engine);
        }

        @Nested
        final class Inner {
            @Test
            void third(Agent given, Engine engine) {
                use(given, engine);
            }
        }
    }

    @Test
    void staticFieldIsOneAgentAndAnEngineForEachTest() {
        NestedRun run = NestedRun.of(OneForAll.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(3);
        assertThat(AGENTS).hasSize(4).allMatch(agent -> agent == AGENTS.getFirst());
        assertThat(ENGINES).hasSize(4).doesNotHaveDuplicates().noneMatch(Engine::isOpen);
        assertThatThrownBy(OneForAll.agent::agent).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the agent is not running: it does only while tests do.");
    }

    static final class OneForEach {
        @RegisterExtension final AgentExtension agent = AgentExtension.of(AgentExtensionTest::answering);

        @Test
        void first(Agent given, Engine engine) {
            use(given, engine);
        }

        @Test
        void second(Agent given, Engine engine) {
            use(given, engine);
        }
    }

    @Test
    void instanceFieldIsAnAgentForEachTest() {
        NestedRun run = NestedRun.of(OneForEach.class);

        assertThat(run.failures()).isEmpty();
        assertThat(AGENTS).hasSize(2).doesNotHaveDuplicates();
        assertThat(ENGINES).noneMatch(Engine::isOpen);
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static final class OneInstance {
        @RegisterExtension final AgentExtension agent = AgentExtension.of(AgentExtensionTest::answering);

        @Test
        void first(Agent given, Engine engine) {
            use(given, engine);
        }

        @Test
        void second(Agent given, Engine engine) {
            use(given, engine);
        }
    }

    @Test
    void instanceFieldOfASharedInstanceIsOneAgent() {
        assertThat(NestedRun.of(OneInstance.class).failures()).isEmpty();
        assertThat(AGENTS).hasSize(2).allMatch(agent -> agent == AGENTS.getFirst());
        assertThat(ENGINES).doesNotHaveDuplicates();
    }

    static final class ByHand {
        @RegisterExtension final AgentExtension agent = AgentExtension.of(AgentExtensionTest::answering)
                .profile(EngineProfile.LEGACY).engineSettings(settings -> settings.maxFrameSize(512));

        @Test
        void connects(Engine engine) {
            use(agent.agent(), engine);
            use(agent.agent(), agent.engine());
            use(agent.agent(), agent.engine(EngineProfile.MUX));
            assertThat(ENGINES).doesNotHaveDuplicates().allMatch(any -> any.offer().maxFrameSize() == 512);
        }
    }

    @Test
    void enginesMadeByHandAreClosedToo() {
        assertThat(NestedRun.of(ByHand.class).failures()).isEmpty();
        assertThat(ENGINES).hasSize(3).noneMatch(Engine::isOpen);
    }

    static final class Elsewhere {
        @RegisterExtension final AgentExtension six = AgentExtension.of(AgentExtensionTest::answering)
                .listen("[::1]:0");
        @RegisterExtension final AgentExtension unix = AgentExtension.of(AgentExtensionTest::answering)
                .listenOnUnixSocket();
        @RegisterExtension final AgentExtension both = AgentExtension.of(() -> answering().listen("127.0.0.1:0"));

        @Test
        void listens() {
            ADDRESSES.add(six.address());
            ADDRESSES.add(unix.address());
            use(six.agent(), six.engine());
            use(unix.agent(), unix.engine());
            use(both.agent(), both.engine());
        }
    }

    @Test
    void listensWhereItIsTold() {
        assertThat(NestedRun.of(Elsewhere.class).failures()).isEmpty();
        assertThat(((InetSocketAddress) ADDRESSES.getFirst()).getAddress().getHostAddress())
                .isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(((UnixDomainSocketAddress) ADDRESSES.getLast()).getPath().getParent()).doesNotExist();
    }

    static final class Broken {
        @RegisterExtension static final AgentExtension agent = AgentExtension.of(
                () -> Agent.builder().deadline("no handler", Duration.ofSeconds(1)));

        @Test
        void neverRuns() {
            AGENTS.add(null);
        }
    }

    @Test
    void agentThatDoesNotStartFailsTheClass() {
        NestedRun run = NestedRun.of(Broken.class);

        assertThat(run.failures()).containsOnlyKeys("AgentExtensionTest$Broken");
        assertThat(run.failures().values().iterator().next()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no handler");
        assertThat(AGENTS).isEmpty();
    }

    static final class ClosingItsAgent {
        @RegisterExtension static final AgentExtension agent = AgentExtension.of(AgentExtensionTest::answering);

        @Test
        void closesItsAgent(Agent given) {
            given.close();
            assertThatThrownBy(agent::engine).isInstanceOf(EngineException.class);
        }
    }

    @Test
    void testMayCloseTheAgent() {
        assertThat(NestedRun.of(ClosingItsAgent.class).failures()).isEmpty();
    }
}
