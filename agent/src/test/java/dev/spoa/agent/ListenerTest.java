package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:3000", "[0:0:0:0:0:0:0:1]:3000", "unix@/run/agent.sock", "abnsz@agent", "fd@3"})
    void isWrittenAsItIsRead(String address) {
        assertThat(Listener.on(address)).hasToString(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fd@", "fd@x", "fd@-1", "fd@1234567", "fd@3 "})
    void refusesADescriptorThatIsNone(String address) {
        assertThatIllegalArgumentException().isThrownBy(() -> Listener.on(address)).withMessage(
                "address \"" + address + "\": expected fd@ and the number of a descriptor, as in fd@3");
    }

    @Test
    void hasAnOwnerAndAModeOnlyWithAPath() {
        assertThatIllegalStateException().isThrownBy(() -> Listener.on("127.0.0.1:3000").mode("660"))
                .withMessage("only a unix socket with a path has a mode, and this is 127.0.0.1:3000");
        assertThatIllegalStateException().isThrownBy(() -> Listener.on("abnsz@agent").owner("root"))
                .withMessage("only a unix socket with a path has an owner, and this is abnsz@agent");
        assertThatIllegalStateException().isThrownBy(() -> Listener.on("fd@3").group("root"))
                .withMessage("only a unix socket with a path has a group, and this is fd@3");
    }

    @Test
    void isAnotherValueWithAnotherSetting() {
        Listener plain = Listener.on("unix@/run/agent.sock");
        Listener set = plain.mode("0660").owner("haproxy").group("users");

        assertThat(plain.access()).isEqualTo(UnixSocketFile.Access.NONE);
        assertThat(set.access()).isEqualTo(
                UnixSocketFile.Access.NONE.withMode("660").withOwner("haproxy").withGroup("users"));
        assertThatIllegalArgumentException().isThrownBy(() -> plain.owner(""))
                .withMessage("the owner must not be empty");
    }

    @Test
    void isHowABuilderIsToldWhoMayConnect() {
        AgentBuilder builder = Agent.builder();
        builder.listen(Listener.on("unix@/run/agent.sock").owner("haproxy").group("haproxy").mode("600"));

        assertThat(builder.listeners).singleElement().extracting(Listener::access).isEqualTo(
                UnixSocketFile.Access.NONE.withMode("600").withOwner("haproxy").withGroup("haproxy"));
    }

    @Test
    void takesTheSocketsOfAServiceManager() {
        List<Listener> inherited = Listener.inherited(Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "2"), 4711);

        assertThat(inherited).map(Listener::toString).containsExactly("fd@3", "fd@4");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            4711 | 0    | LISTEN_FDS must be from 1 to 1024, not "0"
            4711 | 1025 | LISTEN_FDS must be from 1 to 1024, not "1025"
            4711 | x    | LISTEN_FDS must be from 1 to 1024, not "x"
            1    | 1    | the inherited sockets are for process 1 (LISTEN_PID), and this one is 4711; a script in between needs exec
            """)
    void saysWhyItTakesNone(String pid, String number, String why) {
        assertThatIllegalStateException()
                .isThrownBy(() -> Listener.inherited(Map.of("LISTEN_PID", pid, "LISTEN_FDS", number), 4711))
                .withMessage(why);
    }

    @Test
    void takesNoneWhereNoneIsGiven() {
        assertThatIllegalStateException().isThrownBy(Listener::inherited)
                .withMessage("no sockets are inherited: LISTEN_PID and LISTEN_FDS are not both set");
    }
}
