package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LimitsTest {
    private static final int MIB = 1 << 20;

    /** What the documentation says of a limit, and the nearest values that are out of its range. */
    record Limit<T>(String name, T min, T initial, T max, T below, T above,
            BiFunction<Limits.Builder, T, Limits.Builder> set, Function<Limits, T> get) {
        T initially() {
            return get.apply(Limits.defaults());
        }

        T through(T value) {
            return get.apply(set.apply(Limits.builder(), value).build());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Limit<Integer> number(String name, int min, int initial, int max,
            BiFunction<Limits.Builder, Integer, Limits.Builder> set, Function<Limits, Integer> get) {
        return new Limit<>(name, min, initial, max, min - 1, max + 1, set, get);
    }

    private static Limit<Duration> time(String name, Duration min, Duration initial, Duration max,
            BiFunction<Limits.Builder, Duration, Limits.Builder> set, Function<Limits, Duration> get) {
        return new Limit<>(name, min, initial, max, min.minusNanos(1), max.plusNanos(1), set, get);
    }

    static Stream<Limit<?>> all() {
        Duration milli = Duration.ofMillis(1);
        Duration hour = Duration.ofHours(1);
        return Stream.of(number("frameSize", 256, MIB, 16 * MIB, Limits.Builder::frameSize, Limits::frameSize),
                number("reassembledSize", 0, MIB, 256 * MIB, Limits.Builder::reassembledSize, Limits::reassembledSize),
                number("connections", 1, 16_384, 1_000_000, Limits.Builder::connections, Limits::connections),
                number("connectionsWithoutHello", 1, 2_048, 1_000_000, Limits.Builder::connectionsWithoutHello,
                        Limits::connectionsWithoutHello),
                number("notificationsPerConnection", 1, 1_024, MIB, Limits.Builder::notificationsPerConnection,
                        Limits::notificationsPerConnection),
                number("notifications", 1, 16_384, 16 * MIB, Limits.Builder::notifications, Limits::notifications),
                number("notificationsPerMessage", 1, 8_192, 16 * MIB, Limits.Builder::notificationsPerMessage,
                        Limits::notificationsPerMessage),
                number("notificationBytes", 65_536, 128 * MIB, 1024 * MIB, Limits.Builder::notificationBytes,
                        Limits::notificationBytes),
                number("incompleteBytes", 65_536, 64 * MIB, 1024 * MIB, Limits.Builder::incompleteBytes,
                        Limits::incompleteBytes),
                number("unflushedBytes", 16_384, MIB, 1024 * MIB, Limits.Builder::unflushedBytes,
                        Limits::unflushedBytes),
                time("handshakeTimeout", milli, Duration.ofSeconds(10), hour, Limits.Builder::handshakeTimeout,
                        Limits::handshakeTimeout),
                time("writeTimeout", milli, Duration.ofSeconds(30), hour, Limits.Builder::writeTimeout,
                        Limits::writeTimeout),
                time("keepAlive", Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofHours(2),
                        Limits.Builder::keepAlive, Limits::keepAlive),
                time("userTimeout", milli, Duration.ofSeconds(90), hour, Limits.Builder::userTimeout,
                        Limits::userTimeout),
                time("slowHandler", milli, Duration.ofSeconds(1), Duration.ofDays(1), Limits.Builder::slowHandler,
                        Limits::slowHandler),
                time("deadline", milli, Duration.ZERO, Duration.ofDays(1), Limits.Builder::deadline,
                        limits -> limits.deadline().orElse(Duration.ZERO)));
    }

    @ParameterizedTest
    @MethodSource("all")
    <T> void hasTheDefaultThatItsDocumentationSays(Limit<T> limit) {
        assertThat(limit.initially()).isEqualTo(limit.initial);
    }

    @ParameterizedTest
    @MethodSource("all")
    <T> void takesValuesFromLeastToMost(Limit<T> limit) {
        assertThat(limit.through(limit.min)).isEqualTo(limit.min);
        assertThat(limit.through(limit.max)).isEqualTo(limit.max);
    }

    @ParameterizedTest
    @MethodSource("all")
    <T> void refusesValuesOutOfRangeAndSaysTheRange(Limit<T> limit) {
        String range = limit.name + " must be from " + limit.min + " to " + limit.max + ", not ";
        assertThatIllegalArgumentException().isThrownBy(() -> limit.through(limit.below))
                .withMessage(range + limit.below);
        assertThatIllegalArgumentException().isThrownBy(() -> limit.through(limit.above))
                .withMessage(range + limit.above);
    }

    @Test
    void leavesRoomBesideOneMessageByDefault() {
        Limits limits = Limits.defaults();
        assertThat(limits.notificationsPerMessage()).isEqualTo(limits.notifications() / 2);
    }

    @Test
    void leavesRoomBesideOneMessageWhateverTheNumberOfAll() {
        Limits.Builder builder = Limits.builder();
        assertThat(builder.notifications(100).build().notificationsPerMessage()).isEqualTo(50);
        assertThat(builder.notifications(7).build().notificationsPerMessage()).isEqualTo(3);
        assertThat(builder.notifications(1).build().notificationsPerMessage()).isEqualTo(1);
        assertThat(builder.notificationsPerMessage(200).notifications(100).build().notificationsPerMessage())
                .as("as it is set").isEqualTo(200);
    }

    @Test
    void hasNoDeadlineUnlessOneIsSet() {
        assertThat(Limits.defaults().deadline()).isEmpty();
        assertThat(Limits.builder().deadline(Duration.ofSeconds(1)).build().deadline())
                .contains(Duration.ofSeconds(1));
    }

    @Test
    void doesNotChangeWhenItsBuilderIsUsedOn() {
        Limits.Builder builder = Limits.builder().connections(5);
        Limits limits = builder.build();

        Limits others = builder.connections(6).frameSize(1_000).build();

        assertThat(limits.connections()).isEqualTo(5);
        assertThat(limits.frameSize()).isEqualTo(MIB);
        assertThat(others.connections()).isEqualTo(6);
    }
}
