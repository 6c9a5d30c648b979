package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spoa.testkit.HaproxyVersion;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With {@code -Dhaproxy.required=true} it is not enough that no test has failed. */
class EngineGenerationsIT {
    @ParameterizedTest
    @CsvSource({"old, true", "new, false"})
    void haproxyOfEachEngineCanBeHad(String generation, boolean old) {
        List<HaproxyVersion> versions = old ? Versions.withOldEngine() : Versions.withNewEngine();
        boolean can = versions.stream().anyMatch(version -> version.binary().isPresent());
        String reasons = "no HAProxy with the " + generation + " engine can be had; "
                + versions.stream().map(HaproxyVersion::reason).distinct().collect(Collectors.joining("; "));

        if (Boolean.getBoolean("haproxy.required")) {
            assertThat(can).as(reasons).isTrue();
        }
        assumeTrue(can, reasons);
    }
}
