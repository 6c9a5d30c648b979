package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.fail;
import static dev.spoa.conformance.Contract.scopes;
import static dev.spoa.conformance.Contract.score;
import static dev.spoa.conformance.Contract.unset;
import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.Peer.Frame;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.AgentHello;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** X41 to X43: what nobody has thought of. The target's seed makes the same bytes each time. */
final class FuzzExtra {
    private static final int ROUNDS = 800;
    private static final int GARBAGE = 200;
    private static final int ECHOES = 400;
    /** How many rounds pass before somebody else has to be served again. */
    private static final int BETWEEN = 20;
    private static final int[] SIZES = {0, 1, 2, 127, 128, 239, 240, 241, 255, 256, 2_287, 2_288, 2_289};

    private FuzzExtra() {}

    static List<Case> all() {
        return List.of(
                Case.must("X41", "survives " + ROUNDS + " spoilt conversations: ends each when the engine does, answers"
                        + " nothing malformed, and serves others all the time", "9.2", FuzzExtra::spoiltConversations),
                Case.must("X42", "survives " + GARBAGE + " connections of random bytes and serves others all the time",
                        "9.2", FuzzExtra::randomBytes),
                Case.must("X43", "echoes " + ECHOES + " NOTIFYs of random arguments byte for byte", "1.3",
                        FuzzExtra::randomArguments));
    }

    private static void spoiltConversations(Target target) {
        Random random = new Random(target.seed());
        Bystander bystander = Bystander.of(target);
        for (int round = 1; round <= ROUNDS; round++) {
            boolean spoilHello = random.nextInt(4) == 0;
            List<byte[]> conversation = conversation(random);
            byte[] hello = random.nextBoolean() ? PeerBytes.muxHello() : PeerBytes.legacyHello();
            if (spoilHello) {
                conversation.addFirst(hello);
            }
            byte[] spoilt = Mutation.some(conversation, random);
            try (Peer peer = target.connect()) {
                if (!spoilHello) {
                    peer.hello(hello);
                }
                converse(target, peer, spoilt, random, spoilHello);
                if (round % BETWEEN == 0) {
                    bystander.isUnharmed();
                }
            } catch (AssertionError | UncheckedIOException e) {
                throw new AssertionError("round " + round + " of seed " + target.seed() + " (sent "
                        + PeerBytes.hex(spoilt) + (spoilHello ? "" : " after HELLO") + "): " + e.getMessage(), e);
            }
        }
        bystander.isUnharmed();
    }

    /** Nothing that may last long, however it is spoilt: neither sleep nor big. */
    private static List<byte[]> conversation(Random random) {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            frames.add(PeerBytes.notify(2L * i + 1, 1, switch (random.nextInt(6)) {
                case 0 -> score(new Value.Ipv4(random.nextInt()));
                case 1 -> score(new Value.Ipv6(random.nextLong(), random.nextLong()));
                case 2 -> scopes();
                case 3 -> unset("gone");
                case 4 -> PeerBytes.join(fail(), echo(arg("a", Value.TRUE)));
                default -> echo(arguments(random, 40));
            }));
        }
        if (random.nextBoolean()) {
            frames.add(PeerBytes.disconnect(StatusCode.NORMAL));
        }
        return frames;
    }

    private static void converse(Target target, Peer peer, byte[] bytes, Random random, boolean helloDue) {
        if (bytes.length > 1 && random.nextBoolean()) {
            int cut = 1 + random.nextInt(bytes.length - 1);
            peer.sendWhileOpen(Arrays.copyOf(bytes, cut));
            peer.sendWhileOpen(Arrays.copyOfRange(bytes, cut, bytes.length));
        } else {
            peer.sendWhileOpen(bytes);
        }
        List<Frame> frames = Ending.afterOurs(peer, target.patience());
        if (helloDue && !frames.isEmpty() && frames.getFirst().header().type() == FrameType.AGENT_HELLO.code()) {
            requireHello(frames.getFirst());
            frames = frames.subList(1, frames.size());
        }
        Ending.requireAcks(frames);
    }

    private static void requireHello(Frame frame) {
        if (!frame.header().equals(new FrameHeader(FrameType.AGENT_HELLO.code(), FrameHeader.FIN, 0, 0))) {
            throw new AssertionError("expected AGENT-HELLO with flags 1 and the ids 0 and 0, but there came " + frame);
        }
        try {
            AgentHello.read(frame.payload());
        } catch (ProtocolException e) {
            throw new AssertionError("byte " + e.index() + ": " + e.getMessage() + "; there came " + frame, e);
        }
    }

    private static void randomBytes(Target target) {
        Random random = new Random(target.seed());
        Bystander bystander = Bystander.of(target);
        for (int round = 1; round <= GARBAGE; round++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                // a LENGTH that is believed gets the rest of them looked at
                bytes[0] = 0;
                bytes[Math.min(1, bytes.length - 1)] = 0;
            }
            boolean first = random.nextBoolean();
            try (Peer peer = first ? target.connect() : target.mux()) {
                converse(target, peer, bytes, random, first);
                if (round % BETWEEN == 0) {
                    bystander.isUnharmed();
                }
            } catch (AssertionError | UncheckedIOException e) {
                throw new AssertionError(
                        "round " + round + " of seed " + target.seed() + " (sent " + PeerBytes.hex(bytes)
                                + (first ? "" : " after HELLO") + "): " + e.getMessage(),
                        e);
            }
        }
        bystander.isUnharmed();
    }

    private static void randomArguments(Target target) {
        Random random = new Random(target.seed());
        Peer peer = target.mux();
        for (int i = 0; i < ECHOES; i++) {
            Argument[] arguments = arguments(random, 2_500);
            try {
                RoundTrip.echoing(peer, 2L * i + 1, 1, arguments);
            } catch (AssertionError e) {
                throw new AssertionError("NOTIFY " + (i + 1) + " of seed " + target.seed() + ": " + e.getMessage(), e);
            }
        }
    }

    private static Argument[] arguments(Random random, int mostBytes) {
        Argument[] arguments = new Argument[random.nextInt(6)];
        for (int i = 0; i < arguments.length; i++) {
            String name = random.nextInt(10) == 0 ? "" : "v" + random.nextInt(4);
            arguments[i] = arg(name, value(random, mostBytes));
        }
        return arguments;
    }

    private static Value value(Random random, int mostBytes) {
        // so that each number of bytes of a varint has its turn
        long number = random.nextLong() >>> random.nextInt(64);
        return switch (random.nextInt(11)) {
            case 0 -> Value.NULL;
            case 1 -> Value.TRUE;
            case 2 -> Value.FALSE;
            case 3 -> new Value.Int32((int) number);
            case 4 -> new Value.Uint32(number & 0xffff_ffffL);
            case 5 -> new Value.Int64(random.nextBoolean() ? number : -number);
            case 6 -> new Value.Uint64(number);
            case 7 -> new Value.Ipv4(random.nextInt());
            case 8 -> new Value.Ipv6(random.nextLong(), random.nextLong());
            case 9 -> new Value.Str(bytes(random, mostBytes));
            default -> Value.of(bytes(random, mostBytes));
        };
    }

    private static byte[] bytes(Random random, int most) {
        int size = SIZES[random.nextInt(SIZES.length)];
        byte[] bytes = new byte[size <= most ? size : random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }
}
