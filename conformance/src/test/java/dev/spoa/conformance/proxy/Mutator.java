package dev.spoa.conformance.proxy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does one kind of harm to one frame of one direction of a connection. Which frame, and where, follows from a seed. */
final class Mutator {
    /** The victim is among so many frames, of which the first is the HELLO: few connections have more than two. */
    private static final int CANDIDATES = 2;

    private final Injection template;
    private final Random random;
    private final int victim;
    private final Consumer<Injection> report;
    private int frames;
    private byte @Nullable [] held;

    /** Where the frames go to. */
    interface Output {
        void write(byte[] bytes) throws IOException;

        /** Waits {@link FaultProxy#DELAY}. */
        void pause() throws IOException;
    }

    /** @param template says mutation, direction, seed and connection */
    Mutator(Injection template, Consumer<Injection> report) {
        this.template = template;
        this.report = report;
        random = new Random(template.seed() * 1_000_003 + template.connection());
        victim = random.nextInt(CANDIDATES);
    }

    void frame(byte[] frame, Output out) throws IOException {
        int number = frames++;
        byte[] before = held;
        if (before != null) {
            held = null;
            out.write(template.mutation() == Mutation.JOINED ? FrameCutter.join(before, frame)
                    : FrameCutter.join(frame, before));
        } else if (number == victim) {
            harm(frame, number, out);
        } else {
            out.write(frame);
        }
    }

    /** At the end of a connection a frame that waits for the next one waits no longer. */
    void end(Output out) throws IOException {
        if (held != null) {
            out.write(held);
        }
    }

    private void harm(byte[] frame, int number, Output out) throws IOException {
        int bit = random.nextInt(8 * frame.length);
        int cut = 1 + random.nextInt(frame.length - 1);
        Mutation mutation = template.mutation();
        if (mutation != Mutation.NONE) {
            report.accept(new Injection(mutation, template.direction(), template.seed(), template.connection(), number,
                    switch (mutation) {
                        case BIT_FLIPPED -> ", byte " + bit / 8 + ", bit " + bit % 8;
                        case CUT -> ", from byte " + cut + " on";
                        default -> "";
                    }, Injection.hex(frame)));
        }
        switch (mutation) {
            case NONE -> out.write(frame);
            case BIT_FLIPPED -> {
                byte[] flipped = frame.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                out.write(flipped);
            }
            case CUT -> out.write(Arrays.copyOf(frame, cut));
            case JOINED, REORDERED -> held = frame;
            case DELAYED -> {
                out.pause();
                out.write(frame);
            }
            case DUPLICATED -> out.write(FrameCutter.join(frame, frame));
            case DROPPED -> {
            }
        }
    }
}
