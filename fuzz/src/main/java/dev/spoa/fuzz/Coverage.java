package dev.spoa.fuzz;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jacoco.core.analysis.Analyzer;
import org.jacoco.core.analysis.CoverageBuilder;
import org.jacoco.core.analysis.IClassCoverage;
import org.jacoco.core.analysis.ICounter;
import org.jacoco.core.tools.ExecFileLoader;

/** Which lines and branches of the classes that read bytes of a peer are reached by the inputs that are kept. */
final class Coverage {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Set<String> READERS = Set.of("dev/spoa/protocol/wire/ActionList",
            "dev/spoa/protocol/wire/AgentHello", "dev/spoa/protocol/wire/Capability",
            "dev/spoa/protocol/wire/Disconnect",
            "dev/spoa/protocol/wire/FrameHeader", "dev/spoa/protocol/wire/FrameReader",
            "dev/spoa/protocol/wire/FrameText", "dev/spoa/protocol/wire/FrameWalk",
            "dev/spoa/protocol/wire/HaproxyHello", "dev/spoa/protocol/wire/KvList",
            "dev/spoa/protocol/wire/MessageList", "dev/spoa/protocol/wire/Printable",
            "dev/spoa/protocol/wire/StoppedAction", "dev/spoa/protocol/wire/TypedData", "dev/spoa/protocol/wire/Varint",
            "dev/spoa/protocol/wire/Version", "dev/spoa/protocol/wire/WireString", "dev/spoa/agent/AckWriter",
            "dev/spoa/agent/Connection", "dev/spoa/agent/Dispatcher", "dev/spoa/agent/Exchange",
            "dev/spoa/agent/MessageView", "dev/spoa/agent/Negotiation", "dev/spoa/agent/PendingTable",
            "dev/spoa/agent/ProxyHeader", "dev/spoa/agent/ProxyHeaderHandler", "dev/spoa/agent/Reassembly",
            "dev/spoa/agent/ReplyBuffer", "dev/spoa/agent/RouteTable", "dev/spoa/engine/EngineConnection",
            "dev/spoa/engine/Flight", "dev/spoa/engine/HealthChecker", "dev/spoa/engine/HelloRules");

    private final Campaign campaign;
    private final Path folder;

    Coverage(Campaign campaign, Path folder) {
        this.campaign = campaign;
        this.folder = folder.resolve("coverage");
    }

    void print(PrintStream out) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        ExecFileLoader executed = new ExecFileLoader();
        for (Target target : Target.values()) {
            Path file = folder.resolve(target.label() + ".exec");
            Files.deleteIfExists(file);
            int inputs = replay(target, file);
            out.println(target.label() + ": " + inputs + " inputs");
            executed.load(file.toFile());
        }
        CoverageBuilder builder = new CoverageBuilder();
        Analyzer analyzer = new Analyzer(executed.getExecutionDataStore(), builder);
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (entry.matches(".*(spoa-|/)(protocol|agent|engine)(/|-)[^/]*(classes|\\.jar)")) {
                analyzer.analyzeAll(new File(entry));
            }
        }
        print(new ArrayList<>(builder.getClasses()), out);
    }

    private int replay(Target target, Path file) throws IOException, InterruptedException {
        List<String> command = Campaign.java();
        command.add(1, "-javaagent:" + agent() + "=includes=dev.spoa.*,destfile=" + file);
        command.addAll(List.of(Replay.class.getName(), target.label()));
        List<Path> inputs = campaign.inputs(target);
        inputs.stream().map(Path::getParent).distinct().forEach(from -> command.add(from.toString()));
        int exitCode = Campaign.await(new ProcessBuilder(command).inheritIO().start(), LIMIT);
        Violation.checkEqual("the exit code of " + target.label() + "'s inputs", exitCode, 0);
        return inputs.size();
    }

    private static String agent() {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (entry.matches(".*org\\.jacoco\\.agent.*-runtime\\.jar")) {
                return entry;
            }
        }
        throw new IllegalStateException("JaCoCo's agent is not on the class path");
    }

    private static void print(List<IClassCoverage> classes, PrintStream out) {
        classes.sort(Comparator.comparing(IClassCoverage::getName));
        out.printf(Locale.ROOT, "%n%-45s %17s %17s%n", "class", "lines", "branches");
        int[] all = new int[4];
        for (IClassCoverage each : classes) {
            String outer = each.getName().replaceFirst("\\$.*", "");
            if (READERS.contains(outer)) {
                ICounter lines = each.getLineCounter();
                ICounter branches = each.getBranchCounter();
                out.printf(Locale.ROOT, "%-45s %17s %17s%n", each.getName().substring("dev/spoa/".length()),
                        share(lines.getCoveredCount(), lines.getTotalCount()),
                        share(branches.getCoveredCount(), branches.getTotalCount()));
                all[0] += lines.getCoveredCount();
                all[1] += lines.getTotalCount();
                all[2] += branches.getCoveredCount();
                all[3] += branches.getTotalCount();
            }
        }
        out.printf(Locale.ROOT, "%-45s %17s %17s%n", "all", share(all[0], all[1]), share(all[2], all[3]));
    }

    private static String share(int covered, int total) {
        return total == 0 ? "-"
                : String.format(Locale.ROOT, "%d of %d %4.0f %%", covered, total, 100.0 * covered / total);
    }
}
