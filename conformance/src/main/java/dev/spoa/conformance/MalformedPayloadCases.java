package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A13 to A15 and A17 to A19: frames of the right size with a payload, or an id, that cannot be read. */
final class MalformedPayloadCases {
    /** The name and the number of arguments of {@code echo} with one argument, and that argument's name. */
    private static final String ONE_ARGUMENT = "04 6563686f 01 01 61";
    private static final String VERSIONS = "12 737570706f727465642d76657273696f6e73 08";
    private static final String CAPABILITIES = "0c 6361706162696c6974696573 08";
    private static final String SIZE = "0e 6d61782d6672616d652d73697a65 03";

    private MalformedPayloadCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        cases.addAll(cutVarints().cases());
        cases.addAll(varintsAbove64Bits().cases());
        cases.add(varintsBeyondTenBytes().closes(Level.SHOULD));
        cases.addAll(lengthsBeyondTheFrame().cases());
        cases.addAll(reservedTypes().cases());
        cases.addAll(fewerArguments().cases());
        cases.addAll(trailingBytes().cases());
        return cases;
    }

    /** A frame with everything behind its flags given, and the LENGTH that fits. */
    private static byte[] frame(String type, String rest) {
        byte[] body = PeerBytes.bytes(type + "00000001" + rest);
        return PeerBytes.join(new byte[] {0, 0, (byte) (body.length >> 8), (byte) body.length}, body);
    }

    private static byte[] hello(String payload) {
        return PeerBytes.frame(FrameType.HAPROXY_HELLO, FrameHeader.FIN, 0, 0, PeerBytes.bytes(payload));
    }

    private static Abuse payload(Abuse abuse, String name, String hex) {
        return abuse.payload(name, PeerBytes.bytes(hex));
    }

    private static Abuse cutVarints() {
        Abuse abuse = Abuse.of("A13", "a connection that sends a varint cut by the end of its frame",
                StatusCode.INVALID_FRAME);
        payload(abuse, "the length of a message's name", "f0");
        payload(abuse, "the length of a message's name after two bytes", "f0 80");
        payload(abuse, "the length of an argument's name", "04 6563686f 01 f0");
        for (int type = 2; type <= 5; type++) {
            String argument = ONE_ARGUMENT + "0" + type;
            payload(abuse, "an integer of type " + type + " without any byte", argument);
            payload(abuse, "an integer of type " + type + " after its first byte", argument + "f0");
            payload(abuse, "an integer of type " + type + " after nine bytes", argument + "ff f0 fe fe fe fe fe fe fe");
        }
        for (int type = 8; type <= 9; type++) {
            payload(abuse, "the length of a value of type " + type, ONE_ARGUMENT + "0" + type);
            payload(abuse, "the length of a value of type " + type + " after two bytes",
                    ONE_ARGUMENT + "0" + type + "f0 80");
        }
        return abuse.later("the stream-id", frame("03", "f0 f0")).later("the frame-id", frame("03", "01 f0"))
                .first("the frame-id of HELLO", frame("01", "00 f0"))
                .first("the length of a key in HELLO", hello("f0"))
                .first("the max-frame-size in HELLO", hello(VERSIONS + "03 322e30" + SIZE + "fc f0"));
    }

    /** This varint in every place where one may be. */
    private static void everywhere(Abuse abuse, String name, String varint) {
        payload(abuse, name + " as the length of a message's name", varint + "00 00");
        payload(abuse, name + " as the length of an argument's name", "04 6563686f 01" + varint + "00 00");
        for (int type : new int[] {2, 3, 4, 5, 8, 9}) {
            payload(abuse, name + " in a value of type " + type, ONE_ARGUMENT + "0" + type + varint);
        }
        abuse.later(name + " as stream-id", frame("03", varint + "01"))
                .later(name + " as frame-id", frame("03", "01" + varint))
                .first(name + " as max-frame-size",
                        hello(CAPABILITIES + "00" + VERSIONS + "03 322e30" + SIZE + varint));
    }

    private static Abuse varintsAbove64Bits() {
        Abuse abuse = Abuse.of("A14", "a connection that sends a varint above 2^64-1", StatusCode.INVALID_FRAME);
        everywhere(abuse, "2^64-1 + 2^60", "ff f0 fe fe fe fe fe fe fe 0f");
        everywhere(abuse, "ten bytes of ones", "ff ff ff ff ff ff ff ff ff 7f");
        return abuse;
    }

    private static Abuse varintsBeyondTenBytes() {
        Abuse abuse = Abuse.of("A14.length", "a connection that sends a varint of more than ten bytes",
                StatusCode.INVALID_FRAME);
        everywhere(abuse, "eleven bytes", "f0 80 80 80 80 80 80 80 80 80 00");
        everywhere(abuse, "200 bytes", "ff".repeat(199) + "00");
        return abuse;
    }

    /** Where the length is right once it is cut to 32 bits, the bytes behind it make something good. */
    private static Abuse lengthsBeyondTheFrame() {
        Abuse abuse = Abuse.of("A15", "a connection that sends a string longer than the rest of its frame",
                StatusCode.INVALID_FRAME);
        tooLong(4, 5).forEach((name, length) -> payload(abuse, name + " as the length of a message's name",
                length + "6563686f 00"));
        tooLong(3, 4).forEach((name, length) -> payload(abuse, name + " as the length of an argument's name",
                "04 6563686f 01" + length + "616263 00"));
        tooLong(4, 4).forEach((name, length) -> {
            payload(abuse, name + " as the length of a STRING", ONE_ARGUMENT + "08" + length + "74657874");
            payload(abuse, name + " as the length of a BINARY", ONE_ARGUMENT + "09" + length + "00ff00ff");
        });
        String others = SIZE + "fc f0 06" + CAPABILITIES + "00";
        tooLong(3, 3).forEach((name, length) -> abuse.first(name + " as the length of the versions in HELLO",
                hello(others + VERSIONS + length + "322e30")));
        tooLong(1, 2).forEach((name, length) -> abuse.first(name + " as the length of a key in HELLO",
                hello(others + VERSIONS + "03 322e30" + length + "61 00")));
        return abuse;
    }

    /** Varints by what they are: lengths that are too long where so many bytes remain, and where one would be good. */
    private static Map<String, String> tooLong(int good, int remaining) {
        Map<String, String> lengths = new LinkedHashMap<>();
        lengths.put("2^63", PeerBytes.hex(PeerBytes.varint(Long.MIN_VALUE)));
        lengths.put("2^63-1", PeerBytes.hex(PeerBytes.varint(Long.MAX_VALUE)));
        lengths.put("2^64-1", PeerBytes.hex(PeerBytes.varint(-1)));
        lengths.put("2^64-" + good, PeerBytes.hex(PeerBytes.varint(-good)));
        lengths.put("2^31", PeerBytes.hex(PeerBytes.varint(1L << 31)));
        lengths.put("2^31-1", PeerBytes.hex(PeerBytes.varint(Integer.MAX_VALUE)));
        lengths.put("2^32+" + good, PeerBytes.hex(PeerBytes.varint((1L << 32) + good)));
        lengths.put("one more than what remains", PeerBytes.hex(PeerBytes.varint(remaining + 1)));
        return lengths;
    }

    private static Abuse reservedTypes() {
        Abuse abuse = Abuse.of("A17", "a connection that sends a value of a type from 10 to 15",
                StatusCode.INVALID_FRAME);
        for (String type : List.of("0a", "0b", "0c", "0d", "0e", "0f", "1a", "ff")) {
            payload(abuse, "the value 0x" + type, ONE_ARGUMENT + type);
            payload(abuse, "the value 0x" + type + " and a good argument",
                    "04 6563686f 02 01 61" + type + "01 62 02 01");
        }
        return abuse;
    }

    private static Abuse fewerArguments() {
        Abuse abuse = Abuse.of("A18", "a connection whose NOTIFY has fewer arguments than NB-ARGS says",
                StatusCode.INVALID_FRAME);
        payload(abuse, "NB-ARGS 1 and none", "04 6563686f 01");
        payload(abuse, "NB-ARGS 2 and one", "04 6563686f 02 01 61 00");
        payload(abuse, "NB-ARGS 255 and one", "04 6563686f ff 01 61 00");
        byte[] whole = echo(arg("nil", Value.NULL), arg("t", Value.TRUE),
                arg("i", new Value.Int32(-1)), arg("u", new Value.Uint32(65_536)), arg("l", Value.of(1_234L)),
                arg("v", new Value.Uint64(-1)), arg("four", new Value.Ipv4(0xc000_0201)),
                arg("six", new Value.Ipv6(0x2001_0db8L << 32, 1)), arg("s", Value.of("text")),
                arg("b", Value.of(new byte[] {0, -1})));
        for (int cut = 1; cut < whole.length; cut++) {
            abuse.later("a NOTIFY of every type that ends after " + cut + " bytes of its payload",
                    PeerBytes.notify(1, 1, Arrays.copyOf(whole, cut)));
        }
        return abuse;
    }

    private static Abuse trailingBytes() {
        Abuse abuse =
                Abuse.of("A19", "a connection whose NOTIFY has bytes behind its last argument that are no message",
                        StatusCode.INVALID_FRAME);
        payload(abuse, "a zero", ONE_ARGUMENT + "00 00");
        payload(abuse, "a name without NB-ARGS", ONE_ARGUMENT + "00 04 6563686f");
        payload(abuse, "half a name", ONE_ARGUMENT + "00 04 6563");
        payload(abuse, "one argument more than NB-ARGS says", ONE_ARGUMENT + "00 01 62 04 01");
        payload(abuse, "a zero behind a message without arguments", "04 6563686f 00 00");
        return abuse;
    }
}
