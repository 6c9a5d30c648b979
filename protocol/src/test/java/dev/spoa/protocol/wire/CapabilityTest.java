package dev.spoa.protocol.wire;

import static dev.spoa.protocol.wire.Capability.ASYNC;
import static dev.spoa.protocol.wire.Capability.FRAGMENTATION;
import static dev.spoa.protocol.wire.Capability.PIPELINING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sections 2.1 and 2.3. */
class CapabilityTest {
    static Stream<Arguments> lists() {
        return Stream.of(
                Arguments.of("", Set.of()),
                Arguments.of("pipelining", Set.of(PIPELINING)),
                Arguments.of("pipelining,async", Set.of(PIPELINING, ASYNC)),
                Arguments.of("async,pipelining,fragmentation", Set.of(PIPELINING, ASYNC, FRAGMENTATION)),
                Arguments.of(" pipelining , async ", Set.of(PIPELINING, ASYNC)),
                Arguments.of(",,pipelining,,", Set.of(PIPELINING)),
                Arguments.of("pipelining,pipelining", Set.of(PIPELINING)),
                Arguments.of("unknown,fragmentation,x", Set.of(FRAGMENTATION)),
                Arguments.of("pipeliningx,xasync,PIPELINING,pipe lining", Set.of()));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void findsTheKnownTokens(String list, Set<Capability> capabilities) {
        assertThat(Capability.parse(list)).isEqualTo(capabilities);
    }

    static Stream<Arguments> sets() {
        return Stream.of(
                Arguments.of(List.of(), ""),
                Arguments.of(List.of(PIPELINING), "pipelining"),
                Arguments.of(List.of(ASYNC, PIPELINING), "pipelining,async"),
                Arguments.of(List.of(FRAGMENTATION, ASYNC, PIPELINING), "pipelining,async,fragmentation"));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void writesTokensInHaproxysOrder(Collection<Capability> capabilities, String list) {
        assertThat(Capability.format(capabilities)).isEqualTo(list);
    }
}
