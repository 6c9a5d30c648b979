package dev.spoa.conformance;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** X71 and X72: what the agent's process keeps, where the system shows it in {@code /proc}. */
final class ProcessExtra {
    private static final long MIB = 1 << 20;
    /** Room for a runtime that lets its heap grow before it collects. */
    private static final long ALLOWED_GROWTH = 256 * MIB;
    private static final int LIARS = 100;
    private static final int CONNECTIONS = 300;
    private static final int ALLOWED_DESCRIPTORS = 20;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private ProcessExtra() {}

    static List<Case> all() {
        return List.of(
                Case.must("X71",
                        "does not grow by what the length fields of " + LIARS + " connections claim: a frame of"
                                + " 16 MiB, a string of 2 GiB",
                        "9.2", Bystander.unharmed(ProcessExtra::lengthsAreNotBelieved))
                        .alone(),
                Case.must("X72",
                        "gives the descriptors of " + CONNECTIONS + " connections back that ended in every way",
                        "4.3", Bystander.unharmed(ProcessExtra::descriptorsAreGivenBack)).alone());
    }

    private static void lengthsAreNotBelieved(Target target) {
        long pid = target.pid();
        // the first time brings in what the agent needs anyway
        claim(target);
        long before = residentBytes(pid);
        claim(target);
        long grown = residentBytes(pid) - before;
        if (grown > ALLOWED_GROWTH) {
            throw new AssertionError("expected the agent to grow by no more than " + ALLOWED_GROWTH / MIB
                    + " MiB, but it grew by " + grown / MIB + " MiB to " + (before + grown) / MIB + " MiB");
        }
    }

    /** All are open at the same time, where the agent does not close them. */
    private static void claim(Target target) {
        byte[] frame = PeerBytes.bytes("01000000 03 00000001 01 01 04 6563686f 01 01 61 09");
        byte[] string = PeerBytes.frame(3, 1, 1, 1, PeerBytes.bytes("04 6563686f 01 01 61 09 fff0fefe7e 00"));
        List<Peer> liars = new ArrayList<>();
        for (int i = 0; i < LIARS; i++) {
            liars.add(i % 2 == 0 ? target.connect().sendWhileOpen(frame)
                    : target.mux().sendWhileOpen(i % 4 == 1 ? frame : string));
        }
        // an answer means that what came before it was looked at
        Bystander.of(target).isUnharmed();
        liars.forEach(Peer::close);
    }

    private static long residentBytes(long pid) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024).findFirst()
                    .orElseThrow(() -> new NotRunException(status + " has no VmRSS"));
        } catch (IOException e) {
            throw new NotRunException("cannot read " + status + ": " + e.getMessage());
        }
    }

    private static void descriptorsAreGivenBack(Target target) {
        long pid = target.pid();
        Bystander.of(target).isUnharmed();
        long before = descriptors(pid);
        for (int i = 0; i < CONNECTIONS; i++) {
            Peer peer = i % 2 == 0 ? target.connect() : target.mux();
            switch (i % 5) {
                case 0 -> peer.close();
                case 1 -> peer.reset();
                case 2 -> peer.sendWhileOpen(new byte[4]).close();
                case 3 -> peer.sendWhileOpen(PeerBytes.bytes("ffffffff")).reset();
                default -> peer.halfClose().close();
            }
        }
        long deadline = System.nanoTime() + target.patience().toNanos();
        long after = descriptors(pid);
        while (after > before + ALLOWED_DESCRIPTORS) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected about the " + before + " open descriptors of before " + CONNECTIONS
                        + " connections, but there are " + after + " after " + target.patience());
            }
            target.pause(BETWEEN_LOOKS);
            after = descriptors(pid);
        }
    }

    private static long descriptors(long pid) {
        Path folder = Path.of("/proc", Long.toString(pid), "fd");
        try (Stream<Path> descriptors = Files.list(folder)) {
            return descriptors.count();
        } catch (IOException e) {
            throw new NotRunException("cannot read " + folder + ": " + e.getMessage());
        }
    }
}
