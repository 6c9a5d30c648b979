package dev.spoa.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the fuzzer does to a conversation. */
final class MutationTest {
    private static List<byte[]> conversation() {
        return new ArrayList<>(
                List.of(PeerBytes.muxHello(), PeerBytes.notify(1, 1, Contract.scoreOf(7)),
                        PeerBytes.disconnect(StatusCode.NORMAL)));
    }

    private static String whole(List<byte[]> frames) {
        return PeerBytes.hex(PeerBytes.join(frames.toArray(byte[][]::new)));
    }

    @ParameterizedTest
    @EnumSource
    void eachMutationSpoilsAndLeavesNoFrameEmpty(Mutation mutation) {
        Random random = new Random(1);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            List<byte[]> frames = conversation();
            mutation.apply(frames, random);
            assertThat(frames).noneMatch(frame -> frame.length == 0);
            seen.add(whole(frames));
        }
        seen.remove(whole(conversation()));
        assertThat(seen).hasSizeGreaterThan(2);
    }

    @Test
    void sameSeedSpoilsInTheSameWay() {
        byte[] once = Mutation.some(conversation(), new Random(5));
        assertThat(Mutation.some(conversation(), new Random(5))).isEqualTo(once);
        assertThat(Mutation.some(conversation(), new Random(6))).isNotEqualTo(once);
    }

    @Test
    void conversationItselfStaysAsItIs() {
        List<byte[]> frames = conversation();
        for (int seed = 0; seed < 50; seed++) {
            Mutation.some(frames, new Random(seed));
        }
        assertThat(whole(frames)).isEqualTo(whole(conversation()));
    }
}
