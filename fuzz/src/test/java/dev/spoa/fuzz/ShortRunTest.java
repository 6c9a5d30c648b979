package dev.spoa.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each target under the fuzzer for a moment, as {@code scripts/fuzz} starts it, and whether it would find something. */
@Execution(ExecutionMode.CONCURRENT)
class ShortRunTest {
    private static final Path SEEDS = Path.of("src/main/seeds");
    /** Not how long it takes, which depends on what else the machine does: that is some seconds for each. */
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long EXECUTIONS = 1_000;
    private static final long TO_FIND = 50_000;

    @TempDir Path folder;

    private Campaign campaign(Path seeds) {
        return new Campaign(folder, seeds).quick().with("-seed=1");
    }

    @ParameterizedTest
    @EnumSource
    void findsNothing(Target target) throws Exception {
        Campaign campaign = campaign(SEEDS);

        Outcome outcome = campaign.run(target, EXECUTIONS, LIMIT);

        assertThat(outcome.finding()).as(() -> log(target)).isNull();
        assertThat(outcome.executions()).as(() -> log(target)).isGreaterThanOrEqualTo(EXECUTIONS);
        assertThat(outcome.edges()).as(() -> log(target)).isGreaterThan(100);
        assertThat(outcome.added()).as(() -> log(target)).isPositive();
        assertThat(campaign.findings()).isEmpty();
    }

    /** Without the seeds that show it. */
    @ParameterizedTest
    @CsvSource({"FRAME_READER, LengthIsBelieved, too-.*|negative.*|large.*", "NOTIFY, CountIsSigned, many.*",
        "FRAGMENTS, FragmentsHaveNoLimit, beyond.*",
        "CONNECTION, FragmentsAreNotReleased, fragments.*|large.*"})
    void findsAPlantedFault(Target target, String fault, String without) throws Exception {
        String hook = PlantedFaults.class.getName() + "$" + fault;
        Campaign campaign = campaign(seeds(target, without)).with("--custom_hooks=" + hook);

        Outcome outcome = campaign.run(target, TO_FIND, LIMIT);

        assertThat(log(target)).contains("1 hooks from " + hook);
        assertThat(outcome.finding()).as(() -> log(target)).isNotNull().startsWith("== Java ");
        assertThat(outcome.executions()).isGreaterThan(campaign.inputs(target).size() / 2).isLessThan(TO_FIND);
        assertThat(campaign.findings()).singleElement().satisfies(file -> assertThat(Path.of(file)).content()
                .contains("scripts/fuzz reproduce " + target.label() + " ").contains(target.label() + "-crash-"));
    }

    private Path seeds(Target target, String without) throws IOException {
        Path seeds = folder.resolve("some");
        Files.createDirectories(seeds.resolve(target.label()));
        try (Stream<Path> files = Files.list(SEEDS.resolve(target.label()))) {
            for (Path file : files.filter(each -> !each.getFileName().toString().matches(without)).toList()) {
                Files.copy(file, seeds.resolve(target.label()).resolve(file.getFileName()));
            }
        }
        return seeds;
    }

    private String log(Target target) {
        try {
            return Files.readString(folder.resolve(target.label() + ".log"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
