package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 1.4; the cases C28 and C29. */
class ActionListTest {
    private static final String CUT = "an action cut before its type, number of arguments and scope";

    static Stream<Arguments> values() {
        return TypedDataTest.values();
    }

    @ParameterizedTest
    @MethodSource("values")
    void setsAVariableToAValueOfEveryType(String hex, Value value) {
        for (Scope scope : Scope.values()) {
            Action action = new Action.SetVar(scope, "ip_score", value);
            String expected = Hex.compact("01 03 %02x 0869705f73636f7265 %s".formatted(scope.code(), hex));

            assertThat(Hex.written(out -> ActionList.write(out, action))).isEqualTo(expected);
            assertThat(ActionList.read(Hex.buffer(expected))).containsExactly(action);
        }
    }

    @ParameterizedTest
    @EnumSource
    void unsetsAVariableInEveryScope(Scope scope) {
        Action action = new Action.UnsetVar(scope, "foo");
        String expected = Hex.compact("02 02 %02x 03666f6f".formatted(scope.code()));

        assertThat(Hex.written(out -> ActionList.write(out, action))).isEqualTo(expected);
        assertThat(Hex.written(out -> ActionList.writeUnsetVar(out, scope, "foo"))).isEqualTo(expected);
        assertThat(ActionList.read(Hex.buffer(expected))).containsExactly(action);
    }

    @Test
    void beginsASetVarUpToItsValue() {
        assertThat(Hex.written(out -> ActionList.beginSetVar(out, Scope.RESPONSE, "x"))).isEqualTo("0103040178");
    }

    @Test
    void readsActionsInTheirOrder() {
        ByteBuf in = Hex.bufferAt2("0103000161 11  0202020161  0103040161 00");

        assertThat(ActionList.read(in)).containsExactly(
                new Action.SetVar(Scope.PROCESS, "a", Value.TRUE),
                new Action.UnsetVar(Scope.TRANSACTION, "a"),
                new Action.SetVar(Scope.RESPONSE, "a", Value.NULL));
        assertThat(in.isReadable()).isFalse();
        assertThat(ActionList.read(Hex.buffer(""))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            00 | 03 | 0 | 3
            03 | 03 | 3 | 3
            FF | 03 | 255 | 3
            01 | 02 | 1 | 2
            01 | 04 | 1 | 4
            02 | 03 | 2 | 3
            02 | 00 | 2 | 0
            02 | FF | 2 | 255
            """)
    void rejectsOtherTypesAndNumbersOfArguments(String type, String count, String typeRead, String countRead) {
        assertThat(Refusal.of(() -> ActionList.read(Hex.bufferAt2("0202020161" + type + count + "020161 11"))))
                .isEqualTo(Refusal.invalid(7, "expected SET-VAR (1) with 3 arguments or UNSET-VAR (2) with 2, but type "
                        + typeRead + " with " + countRead + " came"));
    }

    @ParameterizedTest
    @CsvSource({"05,5", "80,128", "FF,255"})
    void rejectsAnUnknownScope(String scope, String read) {
        Refusal expected = Refusal.invalid(4, "expected a scope from 0 to 4, but " + read + " came");

        assertThat(Refusal.of(() -> ActionList.read(Hex.bufferAt2("0103" + scope + "0161 11")))).isEqualTo(expected);
        assertThat(Refusal.of(() -> ActionList.read(Hex.bufferAt2("0202" + scope + "0161")))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            01                | 2 | an action cut before its type, number of arguments and scope
            0103              | 2 | an action cut before its type, number of arguments and scope
            010302            | 5 | varint cut by the end of the frame
            010302 02 61      | 5 | a length of 2 where 1 bytes are left in the frame
            010302 0161       | 7 | typed data of 1 byte or more where 0 are left in the frame
            010302 0161 06 C0 | 8 | IPV4 of 4 bytes or more where 1 are left in the frame
            010302 0161 0B    | 7 | typed data of type 11 where 0 to 9 are known
            020202            | 5 | varint cut by the end of the frame
            020202 03 6161    | 5 | a length of 3 where 2 bytes are left in the frame
            0202020161 02     | 7 | an action cut before its type, number of arguments and scope
            """)
    void rejectsAnActionThatIsCut(String hex, int index, String message) {
        assertThat(Refusal.of(() -> ActionList.read(Hex.bufferAt2(hex)))).isEqualTo(Refusal.invalid(index, message));
    }

    @Test
    void rejectsAListCutAnywhereButBetweenActions() {
        String whole = Hex.compact("0103000161 08 03 610062  0202020161  0103040161 04FFF0FEFEFEFEFEFEFE0E");
        Set<Integer> ends = Set.of(0, 20, 30, whole.length());
        List<Action> all = ActionList.read(Hex.buffer(whole));
        assertThat(all).hasSize(3);
        for (int cut = 0; cut <= whole.length(); cut += 2) {
            String part = whole.substring(0, cut);
            if (ends.contains(cut)) {
                List<Action> read = ActionList.read(Hex.buffer(part));
                assertThat(read).isEqualTo(all.subList(0, read.size()));
                assertThat(read.size()).isEqualTo(ends.stream().filter(end -> end <= part.length()).count() - 1);
            } else {
                assertThat(Refusal.of(() -> ActionList.read(Hex.buffer(part))).index()).isBetween(0, cut / 2);
            }
        }
        assertThat(Refusal.of(() -> ActionList.read(Hex.buffer("02")))).isEqualTo(Refusal.invalid(0, CUT));
    }
}
