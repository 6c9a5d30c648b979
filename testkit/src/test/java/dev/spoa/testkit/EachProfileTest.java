package dev.spoa.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineProfile;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EachProfileTest {
    private static final List<EngineProfile> SEEN = new ArrayList<>();

    @AfterEach
    void forget() {
        SEEN.clear();
    }

    /** Only the old engine sends a message beyond the frame size, in fragments. */
    private static EngineProfile profileOf(Engine engine) {
        Argument large = new Argument("large", Value.of(new byte[20_000]));
        return engine.notify("ask", large).handle((ack, failure) -> failure == null).join()
                ? EngineProfile.LEGACY
                : EngineProfile.MUX;
    }

    static final class OnAMethod {
        @RegisterExtension static final AgentExtension agent = AgentExtension.of(Agent::builder);

        @EachProfile
        void sees(Engine engine, EngineProfile profile) {
            assertThat(profileOf(engine)).isEqualTo(profile);
            SEEN.add(profile);
        }

        @Test
        void isNotConcerned(Engine engine) {
            assertThat(profileOf(engine)).isEqualTo(EngineProfile.MUX);
        }
    }

    @Test
    void testRunsOnceForEachProfile() {
        NestedRun run = NestedRun.of(OnAMethod.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.names()).containsExactlyInAnyOrder("LEGACY", "MUX", "isNotConcerned(Engine)");
        assertThat(SEEN).containsExactly(EngineProfile.LEGACY, EngineProfile.MUX);
    }

    @EachProfile
    static final class OnAClass {
        @RegisterExtension final AgentExtension agent = AgentExtension.of(Agent::builder);

        @Test
        void sees(EngineProfile profile, Engine engine) {
            assertThat(profileOf(engine)).isEqualTo(profile);
            SEEN.add(profile);
        }

        @Test
        void seesToo(Engine engine, EngineProfile profile) {
            SEEN.add(profile);
        }
    }

    @Test
    void classRunsOnceForEachProfile() {
        NestedRun run = NestedRun.of(OnAClass.class);

        assertThat(run.failures()).isEmpty();
        assertThat(SEEN).containsExactly(EngineProfile.LEGACY, EngineProfile.LEGACY, EngineProfile.MUX,
                EngineProfile.MUX);
    }

    @EachProfile
    static final class OnBoth {
        @EachProfile
        void sees(EngineProfile profile) {
            SEEN.add(profile);
        }
    }

    @Test
    void innerRunCounts() {
        NestedRun run = NestedRun.of(OnBoth.class);

        assertThat(run.failures()).isEmpty();
        assertThat(SEEN).containsExactly(EngineProfile.LEGACY, EngineProfile.MUX, EngineProfile.LEGACY,
                EngineProfile.MUX);
    }
}
