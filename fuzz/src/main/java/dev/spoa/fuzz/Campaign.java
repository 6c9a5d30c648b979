package dev.spoa.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs targets, each in a process of its own whose memory is bounded, two at once. A run ends by itself: after its executions,
 * its time, at its first finding, or when this process does.
 */
final class Campaign {
    /** No run is longer. */
    private static final Duration LONGEST = Duration.ofHours(6);
    /** What a process may take beyond its time, to start and to end. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final List<String> MEMORY = List.of("-Xmx400m", "-XX:MaxDirectMemorySize=16m", "-XX:+UseSerialGC",
            "-Xss2m", "-XX:MaxMetaspaceSize=200m");
    /** The process as a whole, in MiB. */
    private static final int RESIDENT_MEMORY = 1_500;
    /** One input, in seconds. */
    private static final int INPUT_TIMEOUT = 10;

    /** What looks for injections into databases and the like, of which there are none here, and takes a second to load. */
    private static final String SANITIZERS = Stream
            .of("BigDecimal", "ClojureLangHooks", "Deserialization", "ExpressionLanguageInjection", "FilePathTraversal",
                    "LdapInjection", "NamingContextLookup", "OsCommandInjection", "ReflectiveCall", "RegexInjection",
                    "RegexRoadblocks", "ScriptEngineInjection", "ServerSideRequestForgery", "SqlInjection",
                    "TemplateInjection", "UnsafeSanitizer", "XPathInjection", "XmlParserSsrfGuidance")
            .map(name -> "com.code_intelligence.jazzer.sanitizers." + name).collect(Collectors.joining(":"));
    private static final String CLASSES = "dev.spoa.protocol.**:dev.spoa.agent.**:dev.spoa.engine.**";

    /** The tools of the targets, which nobody wants to know the coverage of. */
    private static final String OWN_CLASSES = "dev.spoa.fuzz.**:dev.spoa.agent.Fuzzed*:dev.spoa.agent.Conversation*";
    /** How many executions, or which part of a time, a run begins with in which comparisons are traced, too. */
    private static final long TRACED_EXECUTIONS = 200_000;
    private static final int TRACED_PART = 4;

    private final Path folder;
    private final Path seeds;
    private final List<String> options = new ArrayList<>();
    private boolean isQuick;
    private final List<String> tried = new ArrayList<>();

    /** Corpora, logs and findings go to a folder. */
    Campaign(Path folder, Path seeds) {
        this.folder = folder;
        this.seeds = seeds;
    }

    /** Adds an option of Jazzer's. */
    Campaign with(String option) {
        options.add(option);
        return this;
    }

    /** For runs of seconds: without the compiler that pays in minutes. */
    Campaign quick() {
        isQuick = true;
        return this;
    }

    Path corpus(Target target) {
        return folder.resolve("corpus").resolve(target.label());
    }

    private Path log(Target target, String trace) {
        return folder.resolve(target.label() + (trace.equals("all") ? ".log" : "-untraced.log"));
    }

    private Path seeds(Target target) {
        return folder.resolve("seeds").resolve(target.label());
    }

    /** All inputs that there are of a target. */
    List<Path> inputs(Target target) throws IOException {
        Seeds.write(seeds, target, seeds(target));
        List<Path> inputs = new ArrayList<>();
        for (Path from : List.of(seeds(target), corpus(target))) {
            if (Files.isDirectory(from)) {
                try (Stream<Path> files = Files.list(from)) {
                    files.sorted().forEach(inputs::add);
                }
            }
        }
        return inputs;
    }

    /**
     * Runs one target and waits for its end. Comparisons are traced at first only: what they are compared with is found
     * early, and without it a run is two to three times as fast.
     */
    Outcome run(Target target, long executions, Duration time) throws IOException, InterruptedException {
        long traced = Math.min(executions, TRACED_EXECUTIONS);
        Duration tracedTime = time.dividedBy(TRACED_PART);
        Outcome begin = run(target, traced, tracedTime, "all");
        boolean isOver = begin.finding() != null || (executions > 0 && traced == executions);
        return isOver ? begin : begin.and(run(target, executions - traced, time.minus(tracedTime), "cov"));
    }

    private Outcome run(Target target, long executions, Duration time, String trace)
            throws IOException, InterruptedException {
        Seeds.write(seeds, target, seeds(target));
        Files.createDirectories(corpus(target));
        Path findings = Files.createDirectories(folder.resolve("findings"));
        Path log = log(target, trace);
        Duration limit = time.isZero() ? LONGEST : time;
        List<String> command = new ArrayList<>(java());
        if (isQuick) {
            command.add(1, "-XX:TieredStopAtLevel=1");
        }
        command.add("com.code_intelligence.jazzer.Jazzer");
        command.add("--target_class=" + target.className());
        command.add("--instrumentation_includes=" + CLASSES);
        command.add("--instrumentation_excludes=" + OWN_CLASSES);
        command.add("--trace=" + trace);
        command.add("--custom_hook_includes=" + CLASSES);
        command.add("--disabled_hooks=" + SANITIZERS);
        command.add("--reproducer_path=" + findings);
        command.addAll(options);
        command.add("-artifact_prefix=" + findings.resolve(target.label()) + "-");
        command.add("-print_final_stats=1");
        command.add("-timeout=" + INPUT_TIMEOUT);
        command.add("-rss_limit_mb=" + RESIDENT_MEMORY);
        command.add("-max_len=" + target.maxLength());
        command.add("-max_total_time=" + limit.toSeconds());
        if (executions > 0) {
            command.add("-runs=" + executions);
        }
        command.add(corpus(target).toString());
        command.add(seeds(target).toString());
        long start = System.nanoTime();
        int exitCode = await(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start(),
                limit.plus(PATIENCE));
        Outcome outcome = Outcome.read(target, log, (System.nanoTime() - start) / 1e9, exitCode);
        if (outcome.finding() != null) {
            describe(outcome, findings, log);
        }
        return outcome;
    }

    /** A process of this module with bounded memory: its options and class path, without the class to start. */
    static List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(MEMORY);
        command.addAll(List.of("-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED",
                "-Dio.netty.leakDetection.level=disabled", "-cp", System.getProperty("java.class.path")));
        return command;
    }

    /** Waits for a process, which ends before this one does. */
    static int await(Process process, Duration limit) throws InterruptedException {
        Thread stop = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return process.exitValue();
        } finally {
            process.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(stop);
        }
    }

    /** Says in a file of its own what was found and how to see it again. */
    private void describe(Outcome outcome, Path findings, Path log) throws IOException {
        String label = outcome.target().label();
        List<Path> inputs;
        try (Stream<Path> files = Files.list(findings)) {
            inputs = files
                    .filter(file -> file.getFileName().toString().matches(label + "-(crash|timeout|oom|slow)-?.*"))
                    .sorted().toList();
        }
        StringBuilder text = new StringBuilder(outcome.finding() + "\n\n");
        inputs.forEach(
                input -> text.append("scripts/fuzz reproduce ").append(label).append(' ').append(input).append('\n'));
        text.append("\nThe log: ").append(log).append('\n');
        Path file = findings.resolve(label + ".txt");
        Files.writeString(file, text);
        tried.add(file.toString());
    }

    /** The files that say what was found. */
    List<String> findings() {
        return List.copyOf(tried);
    }
}
