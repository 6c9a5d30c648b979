package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The frames of section 1.5, byte for byte. */
class CompleteFramesTest {
    private static final String UUID = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
    private static final String VERSIONS_AND_SIZE = "12 737570706f727465642d76657273696f6e73 08 03 322e30"
            + "0e 6d61782d6672616d652d73697a65 03 fcf006";
    private static final String ENGINE_ID = "09 656e67696e652d6964 08 24"
            + "37633965363637392d373432352d343064652d393434622d653037666331663930616537";

    /** A frame, what its payload says, and how to read and write that. */
    record Example(String name, int size, String hex, FrameType type, long streamId, long frameId,
            Object payload, Function<ByteBuf, ?> reader, Consumer<ByteBuf> writer) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Example> examples() {
        return Stream.of(
                hello("HAPROXY-HELLO, legacy", 133, "00000081 01 00000001 00 00" + VERSIONS_AND_SIZE
                        + "0c 6361706162696c6974696573 08 10 706970656c696e696e672c6173796e63" + ENGINE_ID,
                        Set.of(Capability.PIPELINING, Capability.ASYNC), UUID),
                hello("HAPROXY-HELLO, 3.1+", 127, "0000007b 01 00000001 00 00" + VERSIONS_AND_SIZE
                        + "0c 6361706162696c6974696573 08 0a 706970656c696e696e67" + ENGINE_ID,
                        Set.of(Capability.PIPELINING), UUID),
                hello("HAPROXY-HELLO, no option pipelining", 117, "00000071 01 00000001 00 00" + VERSIONS_AND_SIZE
                        + "0c 6361706162696c6974696573 08 00" + ENGINE_ID, Set.of(), UUID),
                hello("HAPROXY-HELLO, health check", 82, "0000004e 01 00000001 00 00" + VERSIONS_AND_SIZE
                        + "0c 6361706162696c6974696573 08 00 0b 6865616c7468636865636b 11", Set.of(), null),
                agentHello("AGENT-HELLO, pipelining", 68, "00000040 65 00000001 0000 0776657273696f6e 0803322e30"
                        + "0e6d61782d6672616d652d73697a65 03fcf006"
                        + "0c6361706162696c6974696573 080a706970656c696e696e67", Set.of(Capability.PIPELINING)),
                agentHello("AGENT-HELLO, no capability", 58, "00000036 65 00000001 0000 0776657273696f6e0803322e30"
                        + "0e6d61782d6672616d652d73697a6503fcf006 0c6361706162696c69746965730800", Set.of()),
                notify("NOTIFY with an address", 36, "00000020 03 00000001 01 01"
                        + "0f636865636b2d636c69656e742d6970 01 026970 06c0000201", 1, "check-client-ip",
                        new Argument("ip", new Value.Ipv4(0xC0000201))),
                notify("NOTIFY with an unnamed NULL, an integer and a boolean", 32, "0000001c 03 00000001 03 01 016d 03"
                        + "00 00 016e 04fff0fefefefefefefe0e 0162 11", 3, "m",
                        new Argument("", Value.NULL), new Argument("n", Value.of(-1L)),
                        new Argument("b", Value.TRUE)),
                ack("ACK with set-var", 25, "00000015 67 00000001 01 01 01 03 01 0869705f73636f7265 03 0a",
                        new Action.SetVar(Scope.SESSION, "ip_score", new Value.Uint32(10))),
                ack("ACK with unset-var", 18, "0000000e 67 00000001 01 01 02 02 02 03666f6f",
                        new Action.UnsetVar(Scope.TRANSACTION, "foo")),
                ack("empty ACK", 11, "00000007 67 00000001 01 01"),
                disconnect("AGENT-DISCONNECT, normal", 41, "00000025 66 00000001 0000 0b7374617475732d636f6465 0300"
                        + "076d657373616765 08066e6f726d616c", FrameType.AGENT_DISCONNECT, StatusCode.NORMAL),
                disconnect("HAPROXY-DISCONNECT, code 10", 62, "0000003a 02 00000001 0000 0b7374617475732d636f6465 030a"
                        + "076d657373616765 081b667261676d656e746174696f6e206e6f7420737570706f72746564",
                        FrameType.HAPROXY_DISCONNECT, StatusCode.FRAGMENTATION_NOT_SUPPORTED));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void areReadAsTheyAreMeant(Example example) {
        ByteBuf in = Hex.buffer(example.hex);
        assertThat(in.readableBytes()).isEqualTo(example.size);
        assertThat(in.readInt()).isEqualTo(in.readableBytes());

        FrameHeader header = FrameHeader.read(in);

        assertThat(header).isEqualTo(
                new FrameHeader(example.type.code(), FrameHeader.FIN, example.streamId, example.frameId));
        assertThat(example.reader.apply(in)).isEqualTo(example.payload);
        assertThat(in.isReadable()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void areWrittenByteForByte(Example example) {
        assertThat(Hex.written(out -> {
            int start = FrameHeader.begin(out, example.type, FrameHeader.FIN, example.streamId, example.frameId);
            example.writer.accept(out);
            FrameHeader.end(out, start);
        })).isEqualTo(Hex.compact(example.hex));
    }

    @Test
    void severalFramesFollowEachOtherInOneBuffer() {
        assertThat(Hex.written(out -> {
            for (int id = 1; id <= 2; id++) {
                int start = FrameHeader.begin(out, FrameType.ACK, FrameHeader.FIN, id, 1);
                ActionList.writeUnsetVar(out, Scope.TRANSACTION, "x".repeat(id));
                FrameHeader.end(out, start);
            }
        })).isEqualTo(Hex.compact("0000000c 67 00000001 01 01 020202 0178 0000000d 67 00000001 02 01 020202 027878"));
    }

    private static Example hello(String name, int size, String hex, Set<Capability> capabilities, String engineId) {
        HaproxyHello hello = new HaproxyHello("2.0", 16380, capabilities, engineId, engineId == null);
        return new Example(name, size, hex, FrameType.HAPROXY_HELLO, 0, 0, hello, HaproxyHello::read, hello::write);
    }

    private static Example agentHello(String name, int size, String hex, Set<Capability> capabilities) {
        AgentHello hello = new AgentHello("2.0", 16380, capabilities);
        return new Example(name, size, hex, FrameType.AGENT_HELLO, 0, 0, hello, AgentHello::read, hello::write);
    }

    private static Example notify(String name, int size, String hex, long streamId, String message,
            Argument... arguments) {
        ReadMessage expected = new ReadMessage(message, List.of(arguments));
        return new Example(name, size, hex, FrameType.NOTIFY, streamId, 1, List.of(expected), ReadMessage::all,
                out -> MessageList.write(out, message, List.of(arguments)));
    }

    private static Example ack(String name, int size, String hex, Action... actions) {
        return new Example(name, size, hex, FrameType.ACK, 1, 1, List.of(actions), ActionList::read, out -> {
            for (Action action : actions) {
                ActionList.write(out, action);
            }
        });
    }

    private static Example disconnect(String name, int size, String hex, FrameType type, StatusCode status) {
        Disconnect disconnect = new Disconnect(status);
        return new Example(name, size, hex, type, 0, 0, disconnect, Disconnect::read, disconnect::write);
    }
}
