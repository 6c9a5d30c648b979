package dev.spoa.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The inputs that are kept, without a fuzzer. */
class SeedsTest {
    private static final Path FOLDER = Path.of("src/main/seeds");

    @ParameterizedTest
    @EnumSource
    void findNothing(Target target) {
        Map<String, byte[]> seeds = Seeds.of(FOLDER, target);
        List<String> found = new ArrayList<>();

        seeds.forEach((name, seed) -> {
            try {
                Replay.feed(target, seed);
                for (int cut = 0; cut < Math.min(100, seed.length); cut++) {
                    Replay.feed(target, Arrays.copyOf(seed, cut));
                }
            } catch (Throwable e) {
                StringWriter out = new StringWriter();
                e.printStackTrace(new PrintWriter(out));
                found.add(name + ": " + out);
            }
        });

        assertThat(seeds).hasSizeGreaterThan(6);
        assertThat(found).isEmpty();
    }

    @Test
    void areHexAndTexts() {
        assertThat(Seeds.parse("", "00fF 01 # \"no\" 02\n\"a\\r\\n\" 03")).containsExactly(0, 0xFF, 1, 'a', '\r', '\n',
                3);
        assertThatThrownBy(() -> Seeds.parse("a file", "00 0 x")).hasMessageContaining("a file")
                .hasMessageContaining("3");
    }
}
