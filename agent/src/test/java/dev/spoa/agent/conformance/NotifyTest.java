package dev.spoa.agent.conformance;

import static dev.spoa.agent.conformance.AgentUnderTest.Kind.ASYNC;
import static dev.spoa.agent.conformance.AgentUnderTest.Kind.BLOCKING;
import static dev.spoa.agent.conformance.AgentUnderTest.Kind.INLINE;
import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.FailureKind;
import dev.spoa.agent.Limits;
import dev.spoa.agent.conformance.AgentUnderTest.Handled;
import dev.spoa.agent.conformance.AgentUnderTest.Held;
import dev.spoa.agent.conformance.AgentUnderTest.Kind;
import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** C16 to C37, C47, C48, C50 and C51: NOTIFYs and their ACKs. */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNIX_NIO")
final class NotifyTest extends EndpointTest {
    private static final List<Argument> OF_EVERY_TYPE = List.of(arg("null", Value.NULL), arg("t", Value.TRUE),
            arg("f", Value.FALSE), arg("i32", Value.of(-1)), arg("u32", new Value.Uint32(0xFFFF_FFFFL)),
            arg("i64", Value.of(Long.MIN_VALUE)), arg("i64", Value.of(Long.MAX_VALUE)),
            arg("u64", new Value.Uint64(-1)), arg("", Value.of("unnamed")), arg("", Value.NULL),
            arg("v4", new Value.Ipv4(0xC000_0201)), arg("v6", new Value.Ipv6(0x2001_0DB8_0000_0000L, 1)),
            arg("mapped", new Value.Ipv6(0, 0xFFFF_C000_0201L)), arg("s", Value.of("héllo")),
            arg("s", Value.of("again")), arg("empty", Value.of("")), arg("b", Value.of(new byte[] {0, -1, 127})),
            arg("none", Value.of(new byte[0])));

    private static List<Action> echoOf(List<Argument> arguments) {
        return arguments.stream().filter(argument -> !argument.name().isEmpty())
                .map(argument -> set(argument.name(), argument.value())).toList();
    }

    @ParameterizedTest
    @EnumSource
    void c16_oneMessageIsHandledAndAnsweredWithItsIds(Kind kind) {
        start(kind);
        Argument ip = arg("ip", new Value.Ipv4(0xC000_0201));
        Peer engine = engine().sendNotify(1, 1, "get-ip-reputation", ip);
        assertThat(engine.readFrame().hex()).isEqualTo("00000015" + "67" + "00000001" + "0101" + "010301"
                + "0869705f73636f7265" + "0201");
        assertThat(agent.handled()).containsExactly(new Handled("get-ip-reputation", List.of(ip)));
    }

    @ParameterizedTest
    @EnumSource
    void c17_streamIdZeroIsLegal(Kind kind) {
        start(kind);
        Peer engine = legacyEngine().sendNotify(0, 1, "echo", arg("n", Value.of(5)));
        assertThat(engine.readAck(0, 1)).containsExactly(set("n", Value.of(5)));
    }

    @ParameterizedTest
    @EnumSource
    void c18_idsAreEchoedByteForByte(Kind kind) {
        start(kind);
        Peer engine = engine();
        for (long id : new long[] {1, 239, 240, 2_288, Integer.MAX_VALUE, 0xFFFF_FFFFL, Long.MAX_VALUE, -1}) {
            engine.sendNotify(id, 1, "unset", arg("name", Value.of("x")));
            assertThat(engine.readFrame().hex())
                    .isEqualTo(PeerBytes.hex(
                            PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, id, 1, PeerBytes.bytes("020202 0178"))));
            engine.sendNotify(1, id, "unset", arg("name", Value.of("x")));
            assertThat(engine.readFrame().hex())
                    .isEqualTo(PeerBytes.hex(
                            PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, 1, id, PeerBytes.bytes("020202 0178"))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void c19_argumentsOfEveryTypeComeInOrderUnnamedAndDuplicateOnesToo(Kind kind) {
        start(kind);
        Peer engine = engine().sendNotify(1, 1, "echo", OF_EVERY_TYPE.toArray(Argument[]::new));
        assertThat(engine.readAck(1, 1)).isEqualTo(echoOf(OF_EVERY_TYPE));
        assertThat(agent.handled()).containsExactly(new Handled("echo", OF_EVERY_TYPE));
    }

    @Test
    void c20_integersAreExact() {
        start(INLINE);
        Peer engine = engine();
        for (long n : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, -1, -1_000, 0, 239, 240, 1L << 32}) {
            Argument argument = arg("n", Value.of(n));
            engine.sendNotify(1, 1, "echo", argument);
            assertThat(engine.readAck(1, 1)).containsExactly(set("n", Value.of(n)));
            assertThat(agent.handled().getLast().arguments()).containsExactly(argument);
        }
    }

    @ParameterizedTest
    @EnumSource
    void c21_anArgumentMayBeIpv4AndThenIpv6(Kind kind) {
        start(kind);
        Peer engine = engine().sendNotify(1, 1, "get-ip-reputation", arg("ip", new Value.Ipv4(0x0A00_0007)));
        Action score = new Action.SetVar(Scope.SESSION, "ip_score", Value.of(7));
        assertThat(engine.readAck(1, 1)).containsExactly(score);
        for (long high : new long[] {0x2001_0DB8_0000_0000L, 0}) {
            engine.sendNotify(3, 1, "get-ip-reputation", arg("ip", new Value.Ipv6(high, 0xFFFF_0A00_0007L)));
            assertThat(engine.readAck(3, 1)).containsExactly(score);
        }
    }

    @ParameterizedTest
    @EnumSource
    void c22_bytesOfStringsArePreserved(Kind kind) {
        start(kind);
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        Value text = new Value.Str(every);
        Peer engine = engine().sendNotify(1, 1, "echo", arg("s", text));
        assertThat(engine.readAck(1, 1)).containsExactly(set("s", text));
        assertThat(agent.handled()).containsExactly(new Handled("echo", List.of(arg("s", text))));
    }

    @ParameterizedTest
    @EnumSource
    void c23_messagesOfANotifyAreHandledInOrderAndShareOneAck(Kind kind) {
        start(kind);
        Peer engine = engine().send(PeerBytes.notify(1, 1,
                message("get-ip-reputation", arg("ip", new Value.Ipv4(9))), message("echo", arg("a", Value.of(1))),
                message("scopes"), message("echo", arg("b", Value.of(2)))));
        List<Action> expected = new ArrayList<>();
        expected.add(new Action.SetVar(Scope.SESSION, "ip_score", Value.of(9)));
        expected.add(set("a", Value.of(1)));
        for (Scope scope : Scope.values()) {
            expected.add(new Action.SetVar(scope, "v_" + scope.prefix(), Value.of(scope.code())));
        }
        expected.add(set("b", Value.of(2)));
        assertThat(engine.readAck(1, 1)).isEqualTo(expected);
        assertThat(agent.handled()).extracting(Handled::message).containsExactly("get-ip-reputation", "echo", "scopes",
                "echo");
        assertAnswers(engine);
    }

    @Test
    void c24_notifyWithoutMessagesGetsAnEmptyAck() {
        start(INLINE);
        Peer engine = engine().sendHex("00000007 03 00000001 01 01");
        assertThat(engine.readFrame().hex()).isEqualTo("00000007670000000101" + "01");
        assertThat(log.warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void c25_messageWithoutArgumentsIsDelivered(Kind kind) {
        start(kind);
        Peer engine = engine().sendNotify(1, 1, "scopes");
        assertThat(engine.readAck(1, 1)).hasSize(5);
        assertThat(agent.handled()).containsExactly(new Handled("scopes", List.of()));
    }

    @ParameterizedTest
    @EnumSource
    void c26_unknownMessageIsAnsweredByTheFailurePolicy(Kind kind) {
        start(kind);
        Peer engine = engine().sendNotify(1, 1, "who-knows", OF_EVERY_TYPE.toArray(Argument[]::new));
        assertThat(engine.readAck(1, 1)).isEqualTo(error("unknown-message"));
        engine.send(PeerBytes.notify(3, 1, message(""), message("echo", arg("a", Value.of(1))), message("ECHO")));
        assertThat(engine.readAck(3, 1)).containsExactly(set("a", Value.of(1)), error("unknown-message").getFirst(),
                error("unknown-message").getFirst());
        assertThat(agent.statistics().failures()).containsEntry(FailureKind.UNKNOWN_MESSAGE, 3L);
    }

    @ParameterizedTest
    @EnumSource
    void c27_handlerThatThrowsIsAnsweredByTheFailurePolicyAndTheConnectionGoesOn(Kind kind) {
        start(kind);
        Peer engine = engine().sendNotify(1, 1, "fail");
        assertThat(engine.readAck(1, 1)).isEqualTo(error("handler-error"));
        engine.send(PeerBytes.notify(3, 1, message("echo", arg("a", Value.of(1))), message("fail"),
                message("echo", arg("b", Value.of(2)))));
        assertThat(engine.readAck(3, 1)).containsExactly(set("a", Value.of(1)), set("b", Value.of(2)),
                error("handler-error").getFirst());
        engine.sendNotify(5, 1, "get-ip-reputation", arg("ip", Value.of("no address")));
        assertThat(engine.readAck(5, 1)).isEqualTo(error("bad-argument"));
        assertAnswers(engine);
        assertThat(agent.statistics().failures()).containsEntry(FailureKind.HANDLER_ERROR, 2L)
                .containsEntry(FailureKind.BAD_ARGUMENT, 1L);
    }

    @ParameterizedTest
    @EnumSource
    void c28_actionsOfEveryScopeAreEncodedAsTheReferenceSays(Kind kind) {
        start(kind);
        Peer engine = engine().sendNotify(1, 1, "scopes");
        assertThat(engine.readFrame().hex()).endsWith("67000000010101" + "010300" + "06765f70726f63" + "0200"
                + "010301" + "06765f73657373" + "0201" + "010302" + "05765f74786e" + "0202" + "010303"
                + "05765f726571" + "0203" + "010304" + "05765f726573" + "0204");
    }

    @ParameterizedTest
    @EnumSource
    void c28_valuesOfEveryTypeAreEncodedAsTheReferenceSays(Kind kind) {
        start(kind);
        Peer engine = engine().sendNotify(1, 1, "echo", arg("a", Value.TRUE), arg("b", Value.FALSE),
                arg("c", Value.of(-1)), arg("d", new Value.Uint32(65_536)), arg("e", Value.of(-1_000L)),
                arg("f", new Value.Uint64(-1)), arg("g", new Value.Ipv4(0xC000_0201)),
                arg("h", new Value.Ipv6(0, 0xFFFF_C000_0201L)), arg("i", Value.of("hi")),
                arg("j", Value.of(new byte[] {0, -1})));
        assertThat(engine.readFrame().hex()).endsWith("67000000010101" + "010302" + "0161" + "11" + "010302" + "0162"
                + "01" + "010302" + "0163" + "02fff0fefefefefefefe0e" + "010302" + "0164" + "03f0f11e" + "010302"
                + "0165" + "04f8b2fefefefefefefe0e" + "010302" + "0166" + "05fff0fefefefefefefe0e" + "010302" + "0167"
                + "06c0000201" + "010302" + "0168" + "0700000000000000000000ffffc0000201" + "010302" + "0169"
                + "08026869" + "010302" + "016a" + "090200ff");
    }

    @ParameterizedTest
    @EnumSource
    void c29_unsetAndNullAreEncodedAsTheReferenceSays(Kind kind) {
        start(kind);
        Peer engine = engine().sendNotify(1, 1, "unset", arg("name", Value.of("foo")));
        assertThat(engine.readFrame().hex()).isEqualTo("0000000e" + "67" + "00000001" + "0101" + "020202" + "03666f6f");
        engine.sendNotify(1, 1, "echo", arg("n", Value.NULL));
        assertThat(engine.readFrame().hex()).isEqualTo("0000000d" + "67" + "00000001" + "0101" + "010302" + "016e"
                + "00");
    }

    @ParameterizedTest
    @EnumSource
    void c30_twentyNotifiesInOneSegmentAreAllAnswered(Kind kind) {
        start(kind);
        Peer engine = engine();
        engine.send(PeerBytes.join(IntStream.range(0, 20)
                .mapToObj(i -> PeerBytes.notify(2 * i + 1, 1, message("echo", arg("i", Value.of(i)))))
                .toArray(byte[][]::new)));
        assertThat(engine.readAcks(20)).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 20)
                .mapToObj(i -> new Peer.Ack(2 * i + 1, 1, List.of(set("i", Value.of(i))))).toList());
        assertAnswers(engine);
    }

    @ParameterizedTest
    @EnumSource
    void c31_acksComeInTheOrderInWhichTheHandlersEnd(Kind kind) {
        start(kind);
        Peer engine = engine();
        for (int sid = 1; sid <= 39; sid += 2) {
            engine.sendNotify(sid, 1, "hold", arg("n", Value.of(sid)));
        }
        List<Held> held = new ArrayList<>(agent.awaitHeld(20));
        held.sort((a, b) -> Long.compare(b.streamId(), a.streamId()));
        assertThat(held).extracting(Held::streamId)
                .containsExactlyElementsOf(LongStream.range(0, 20).mapToObj(i -> 39 - 2 * i).toList());
        for (Held next : held) {
            next.release();
            assertThat(engine.readAck(next.streamId(), 1))
                    .containsExactly(set("held", Value.of(next.streamId())));
        }
    }

    @ParameterizedTest
    @EnumSource
    void c32_eachAckGoesToTheConnectionOfItsNotify(Kind kind) {
        start(kind);
        List<Peer> engines = List.of(legacyEngine(), legacyEngine(), engine());
        for (int i = 0; i < engines.size(); i++) {
            engines.get(i).sendNotify(1, 1, "hold", arg("n", Value.of(i)));
            agent.awaitHeld(i + 1);
        }
        List<Held> held = new ArrayList<>(agent.awaitHeld(engines.size()));
        Collections.reverse(held);
        for (Held next : held) {
            next.release();
            assertThat(engines.get((int) next.n()).readAck(1, 1)).containsExactly(set("held", Value.of(next.n())));
        }
    }

    @ParameterizedTest
    @EnumSource
    void c33_withoutPipeliningOneNotifyIsAnsweredAfterTheOther(Kind kind) {
        start(kind);
        Peer engine = connect().send(PeerBytes.hello(PeerBytes.kv("supported-versions", Value.of("2.0")),
                PeerBytes.kv("max-frame-size", new Value.Uint32(16_380)),
                PeerBytes.kv("capabilities", Value.of("async")),
                PeerBytes.kv("engine-id", Value.of(PeerBytes.ENGINE_ID))));
        assertThat(engine.readHello().capabilities()).noneMatch(one -> one.name().equals("PIPELINING"));
        for (int i = 0; i < 20; i++) {
            engine.sendNotify(7, i, "echo", arg("i", Value.of(i)));
            assertThat(engine.readAck(7, i)).containsExactly(set("i", Value.of(i)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void c34_notifyCutAtEveryByteIsHandledOnce(Kind kind) {
        start(kind);
        Peer engine = engine();
        Argument argument = arg("name", Value.of("value"));
        int size = PeerBytes.notify(1, 1, message("echo", argument)).length;
        for (int cut = 1; cut < size; cut++) {
            engine.sendInPieces(PeerBytes.notify(cut, 1, message("echo", argument)), this::untilRead, cut);
            assertThat(engine.readAck(cut, 1)).containsExactly(set("name", Value.of("value")));
        }
        assertThat(agent.handled().stream().filter(new Handled("echo", List.of(argument))::equals).count())
                .isEqualTo(size - 1);
    }

    @ParameterizedTest
    @EnumSource
    void c35_threeFramesAndAHalfInOneSegment(Kind kind) {
        start(kind);
        Peer engine = engine();
        byte[][] notifies = IntStream.range(0, 4)
                .mapToObj(i -> PeerBytes.notify(i, 1, message("echo", arg("i", Value.of(i))))).toArray(byte[][]::new);
        byte[] all = PeerBytes.join(notifies);
        int cut = all.length - notifies[3].length / 2;
        engine.send(Arrays.copyOf(all, cut));
        assertThat(engine.readAcks(3)).extracting(Peer.Ack::streamId).containsExactlyInAnyOrder(0L, 1L, 2L);
        untilRead();
        engine.send(Arrays.copyOfRange(all, cut, all.length));
        assertThat(engine.readAck(3, 1)).containsExactly(set("i", Value.of(3)));
    }

    @ParameterizedTest
    @EnumSource
    void c36_notifyOfExactlyMaxFrameSizeIsAccepted(Kind kind) {
        start(kind);
        int overhead = PeerBytes.notify(1, 1, message("echo", arg("", Value.of(new byte[3_000])))).length - 3_000 - 4;
        byte[] value = new byte[PeerBytes.MAX_FRAME_SIZE - overhead];
        byte[] notify = PeerBytes.notify(1, 1, message("echo", arg("", Value.of(value))));
        assertThat(notify).hasSize(4 + PeerBytes.MAX_FRAME_SIZE);
        Peer engine = engine().send(notify);
        assertThat(engine.readAck(1, 1)).isEmpty();
        assertThat(agent.handled()).containsExactly(new Handled("echo", List.of(arg("", Value.of(value)))));
    }

    @ParameterizedTest
    @EnumSource
    void c37_notifyWithTheIdsOfAPendingOneSupersedesIt(Kind kind) {
        start(kind);
        Peer engine = legacyEngine().sendNotify(5, 1, "hold", arg("n", Value.of(1)));
        Held first = agent.awaitHeld(1).getFirst();
        engine.sendNotify(5, 1, "hold", arg("n", Value.of(2)));
        Held second = agent.awaitHeld(2).getLast();
        awaitUntil(first::isGivenUp);
        first.release();
        assertAnswers(engine);
        second.release();
        assertThat(engine.readAck(5, 1)).containsExactly(set("held", Value.of(2L)));
        assertAnswers(engine);
        awaitUntil(() -> agent.statistics().lateResults() == 1);
        assertThat(agent.statistics().superseded()).isEqualTo(1);
        assertThat(agent.statistics().lateActions()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void c37_theSameIdsOnAnotherConnectionOrAnotherFrameIdSupersedeNothing(Kind kind) {
        start(kind);
        Peer engine = legacyEngine().sendNotify(5, 1, "hold", arg("n", Value.of(1)));
        agent.awaitHeld(1);
        engine.sendNotify(5, 2, "echo");
        assertThat(engine.readAck(5, 2)).isEmpty();
        Peer other = legacyEngine().sendNotify(5, 1, "echo");
        assertThat(other.readAck(5, 1)).isEmpty();
        agent.awaitHeld(1).getFirst().release();
        assertThat(engine.readAck(5, 1)).containsExactly(set("held", Value.of(1L)));
        assertThat(agent.statistics().superseded()).isZero();
    }

    @Test
    void c47_unknownFrameTypesAreSkipped() {
        start(BLOCKING);
        for (int type : new int[] {4, 50, 100, 104, 255}) {
            byte[] unknown = PeerBytes.frame(type, FrameHeader.FIN, 5, 1, new byte[20]);
            Peer engine = engine()
                    .send(PeerBytes.join(PeerBytes.notify(1, 1, message("echo", arg("i", Value.of(1)))), unknown,
                            PeerBytes.notify(3, 1, message("echo", arg("i", Value.of(3))))));
            assertThat(engine.readAcks(2)).containsExactlyInAnyOrder(
                    new Peer.Ack(1, 1, List.of(set("i", Value.of(1)))),
                    new Peer.Ack(3, 1, List.of(set("i", Value.of(3)))));
        }
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void c48_reservedFlagsAreIgnored() {
        start(ASYNC);
        Peer engine = engine();
        for (int flags : new int[] {0x0000_0005, 0x8000_0001, 0xFFFF_FFFD}) {
            engine.send(PeerBytes.frame(FrameType.NOTIFY, flags, 1, 1, message("echo", arg("i", Value.of(1)))));
            assertThat(engine.read(FrameType.ACK).header().flags()).isEqualTo(FrameHeader.FIN);
        }
    }

    /** An engine of HAProxy 3.1 and later stalls when an ACK fills its buffer to the last byte. */
    @ParameterizedTest
    @EnumSource
    void c50_replyThatOutgrowsTheFrameIsReplacedByTheFailurePolicysAnswer(Kind kind) {
        start(kind);
        int overhead = (PeerBytes.notify(1, 1).length - 4) + 3 + "big".length() + 1 + 1 + 3;
        int fits = PeerBytes.MAX_FRAME_SIZE - overhead - 1;
        Peer engine = engine();
        engine.sendNotify(1, 1, "big", arg("n", Value.of(fits)));
        assertThat(engine.read(FrameType.ACK).length()).isEqualTo(PeerBytes.MAX_FRAME_SIZE - 1);
        Peer legacy = legacyEngine();
        legacy.sendNotify(1, 1, "big", arg("n", Value.of(fits + 1)));
        assertThat(legacy.read(FrameType.ACK).length()).isEqualTo(PeerBytes.MAX_FRAME_SIZE);
        assertThat(agent.statistics().failures()).containsEntry(FailureKind.REPLY_TOO_LARGE, 0L);
        engine.sendNotify(3, 1, "big", arg("n", Value.of(fits + 1)));
        assertThat(engine.readAck(3, 1)).isEqualTo(error("reply-too-large"));
        engine.send(PeerBytes.notify(5, 1, message("echo", arg("a", Value.of(1))),
                message("big", arg("n", Value.of(1_000_000))), message("echo", arg("b", Value.of(1)))));
        assertThat(engine.readAck(5, 1)).isEqualTo(error("reply-too-large"));
        legacy.sendNotify(7, 1, "big", arg("n", Value.of(fits + 2)));
        assertThat(legacy.readAck(7, 1)).isEqualTo(error("reply-too-large"));
        assertThat(agent.statistics().failures()).containsEntry(FailureKind.REPLY_TOO_LARGE, 3L)
                .containsEntry(FailureKind.HANDLER_ERROR, 0L);
        assertThat(log.warnings()).singleElement().asString().contains("reply-too-large");
        assertAnswers(engine);
    }

    @ParameterizedTest
    @EnumSource
    void c51_nameThatHaproxyWouldNotAcceptIsAnErrorOfTheHandler(Kind kind) {
        start(kind, builder -> builder.variablePrefix("iprep"));
        Peer engine = engine();
        String longest = "n".repeat(63 - "txn.iprep.".length());
        engine.sendNotify(1, 1, "echo", arg(longest, Value.of(1)));
        assertThat(engine.readAck(1, 1)).containsExactly(set(longest, Value.of(1)));
        String umlaut = new String("ü".getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        for (String name : List.of(longest + "n", "a-b", "a b", "a\0", umlaut)) {
            engine.send(
                    PeerBytes.notify(3, 1, message("echo", arg("taken", Value.of("back")), arg(name, Value.of(1)))));
            assertThat(engine.readAck(3, 1)).as(name).isEqualTo(error("handler-error"));
        }
    }

    @Test
    void aPolicyMaySayNothingAndEmptyAcksMayBeReplaced() {
        start(INLINE, builder -> builder.limits(Limits.defaults()).onFailure((failure, reply) -> {
        }).replaceEmptyAcks(true));
        Peer engine = engine().sendNotify(1, 1, "fail");
        assertThat(engine.readAck(1, 1)).containsExactly(new Action.UnsetVar(Scope.TRANSACTION, "agent_none"));
    }
}
