package dev.spoa.conformance;

import dev.spoa.engine.raw.PeerBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** One way in which the frames of a good conversation are spoilt. Which bytes it takes is up to a random generator. */
enum Mutation {
    /** One bit is another. */
    FLIP {
        @Override
        void apply(List<byte[]> frames, Random random) {
            byte[] frame = any(frames, random);
            frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
        }
    },
    /** One byte is another, often one that means something. */
    SET {
        @Override
        void apply(List<byte[]> frames, Random random) {
            byte[] frame = any(frames, random);
            int[] telling = {0, 1, 0x0f, 0x10, 0x65, 0x67, 0x7f, 0x80, 0xef, 0xf0, 0xff};
            frame[random.nextInt(frame.length)] = (byte) telling[random.nextInt(telling.length)];
        }
    },
    /** LENGTH says something else than what comes. */
    LENGTH {
        @Override
        void apply(List<byte[]> frames, Random random) {
            byte[] frame = any(frames, random);
            int lie = random.nextBoolean() ? frame.length - 4 + random.nextInt(-8, 9) : random.nextInt();
            for (int i = 0; i < Math.min(4, frame.length); i++) {
                frame[i] = (byte) (lie >> (8 * (3 - i)));
            }
        }
    },
    /** A frame ends too early. */
    CUT {
        @Override
        void apply(List<byte[]> frames, Random random) {
            int at = random.nextInt(frames.size());
            frames.set(at, Arrays.copyOf(frames.get(at), 1 + random.nextInt(frames.get(at).length)));
        }
    },
    /** Some bytes too many. */
    INSERT {
        @Override
        void apply(List<byte[]> frames, Random random) {
            byte[] more = new byte[1 + random.nextInt(16)];
            random.nextBytes(more);
            splice(frames, random, 0, more);
        }
    },
    /** A varint of ten bytes where there was something else. */
    HUGE {
        @Override
        void apply(List<byte[]> frames, Random random) {
            splice(frames, random, 1,
                    PeerBytes.varint(random.nextBoolean() ? random.nextLong() : -1 - random.nextInt(64)));
        }
    },
    /** Some bytes too few, while LENGTH stays. */
    DELETE {
        @Override
        void apply(List<byte[]> frames, Random random) {
            splice(frames, random, 1 + random.nextInt(8), new byte[0]);
        }
    },
    /** A frame comes twice. */
    DUPLICATE {
        @Override
        void apply(List<byte[]> frames, Random random) {
            frames.add(random.nextInt(frames.size() + 1), any(frames, random).clone());
        }
    },
    /** Two frames change places. */
    SWAP {
        @Override
        void apply(List<byte[]> frames, Random random) {
            Collections.swap(frames, random.nextInt(frames.size()), random.nextInt(frames.size()));
        }
    };

    /** Spoils one of the frames, none of which is empty, neither before nor afterwards. */
    abstract void apply(List<byte[]> frames, Random random);

    /** Spoils a conversation in one to four ways. */
    static byte[] some(List<byte[]> conversation, Random random) {
        List<byte[]> frames = new ArrayList<>();
        conversation.forEach(frame -> frames.add(frame.clone()));
        for (int times = 1 + random.nextInt(4); times > 0; times--) {
            values()[random.nextInt(values().length)].apply(frames, random);
        }
        return PeerBytes.join(frames.toArray(byte[][]::new));
    }

    private static byte[] any(List<byte[]> frames, Random random) {
        return frames.get(random.nextInt(frames.size()));
    }

    /** Puts other bytes in the place of some behind a frame's first. */
    private static void splice(List<byte[]> frames, Random random, int removed, byte[] put) {
        int at = random.nextInt(frames.size());
        byte[] frame = frames.get(at);
        int from = 1 + random.nextInt(frame.length);
        int to = Math.min(frame.length, from + removed);
        frames.set(at, PeerBytes.join(Arrays.copyOf(frame, from), put, Arrays.copyOfRange(frame, to, frame.length)));
    }
}
