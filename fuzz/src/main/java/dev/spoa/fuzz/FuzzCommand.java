package dev.spoa.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code scripts/fuzz}: runs targets for as long as it is told, says how much of the code their inputs reach, replays one. */
public final class FuzzCommand {
    private static final String USAGE = """
            usage: scripts/fuzz [TARGET|all] [TIME|EXECUTIONS]    TIME like 30s, 10m, 2h, for each target; 1m by default
                   scripts/fuzz coverage                          what the inputs that are kept reach, by class
                   scripts/fuzz reproduce TARGET FILE...          gives a target inputs, and nothing else
            """;
    private static final int PROCESSES = 2;
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})([smh])");

    private final Path folder;
    private final Campaign campaign;
    private final PrintStream out;

    private FuzzCommand(Path module, PrintStream out) {
        this.folder = module.resolve("target").resolve("fuzz");
        this.campaign = new Campaign(folder, module.resolve("src/main/seeds"));
        this.out = out;
    }

    /**
     * Runs it.
     *
     * @param args the folder of the module, then the arguments of {@code scripts/fuzz}
     * @throws Exception if a file cannot be read or written, or a process not be started
     */
    public static void main(String[] args) throws Exception {
        FuzzCommand command = new FuzzCommand(Path.of(args[0]), System.out);
        System.exit(command.run(Arrays.asList(args).subList(1, args.length)));
    }

    private int run(List<String> arguments) throws IOException, InterruptedException, ExecutionException {
        try {
            String first = arguments.isEmpty() ? "all" : arguments.getFirst();
            if (first.equals("coverage") && arguments.size() == 1) {
                new Coverage(campaign, folder).print(out);
                return 0;
            }
            if (first.equals("reproduce") && arguments.size() > 2) {
                return Replay.inThisProcess(Target.of(arguments.get(1)), arguments.subList(2, arguments.size()), out);
            }
            if (arguments.size() <= 2) {
                List<Target> targets = first.equals("all") ? List.of(Target.values()) : List.of(Target.of(first));
                return fuzz(targets, arguments.size() < 2 ? "1m" : arguments.get(1));
            }
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
        }
        out.print(USAGE);
        return 2;
    }

    private int fuzz(List<Target> targets, String amount) throws IOException, InterruptedException, ExecutionException {
        Matcher time = TIME.matcher(amount);
        Duration limit = Duration.ZERO;
        long executions = 0;
        if (time.matches()) {
            long number = Long.parseLong(time.group(1));
            limit = switch (time.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
        } else if (amount.matches("[1-9]\\d{0,8}")) {
            executions = Long.parseLong(amount);
        } else {
            throw new IllegalArgumentException("expected a time like 10m or a number of executions, not " + amount);
        }
        return table(targets, executions, limit);
    }

    private int table(List<Target> targets, long executions, Duration limit)
            throws IOException, InterruptedException, ExecutionException {
        List<Outcome> outcomes = new ArrayList<>();
        out.println(Outcome.heading());
        try (ExecutorService two = Executors.newFixedThreadPool(PROCESSES)) {
            List<Future<Outcome>> running = new ArrayList<>();
            for (Target target : targets) {
                running.add(two.submit(() -> {
                    Outcome outcome = campaign.run(target, executions, limit);
                    synchronized (out) {
                        out.println(outcome.line());
                    }
                    return outcome;
                }));
            }
            for (Future<Outcome> each : running) {
                outcomes.add(each.get());
            }
        }
        StringBuilder table = new StringBuilder(Outcome.heading()).append('\n');
        outcomes.forEach(outcome -> table.append(outcome.line()).append('\n'));
        table.append(String.format("%-14s %,12d%n", "all", outcomes.stream().mapToLong(Outcome::executions).sum()));
        campaign.findings().forEach(file -> table.append("found: ").append(file).append('\n'));
        Files.writeString(folder.resolve("table.txt"), table);
        out.println();
        out.print(table);
        return campaign.findings().isEmpty() ? 0 : 1;
    }
}
