package dev.spoa.benchmarks;

import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.ActionList;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long an agent takes from its start to its first ACK. */
final class Start {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final String LOAD = "one NOTIFY";

    private Start() {}

    static void measure(Lab lab, int runs, Samples samples) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        for (int run = 0; run < runs; run++) {
            sample(lab, Subject.FLOOR, Subject.floor(lab).command().apply(0).getFirst(), List.of(), samples);
            sample(lab, "default, with the cache of the build", java.toString(), options(lab, cache(lab, java)),
                    samples);
            sample(lab, "default, without it", java.toString(), options(lab, List.of()), samples);
        }
    }

    private static List<String> cache(Lab lab, Path java) throws IOException {
        Path lib = lab.distribution().resolve("lib");
        String madeFor = Files.readString(lib.resolve("cache-for")).strip();
        if (!Files.isSameFile(Path.of(madeFor), java)) {
            throw new MeasurementException("the cache of the build is for " + madeFor + ", and this is " + java);
        }
        Path aot = lib.resolve("spoa.aot");
        return Files.exists(aot)
                ? List.of("-XX:AOTCache=" + aot, "-XX:+UseCompactObjectHeaders", "-Xlog:aot=off", "-Xlog:cds=off")
                : List.of("-XX:SharedArchiveFile=" + lib.resolve("spoa.jsa"), "-Xlog:cds=off");
    }

    /** As the launcher has them. */
    private static List<String> options(Lab lab, List<String> cache) {
        List<String> options =
                new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseTransparentHugePages"));
        options.addAll(cache);
        options.addAll(List.of("-jar", lab.distribution().resolve("lib/spoa.jar").toString(), "fixture", "--listen"));
        return options;
    }

    private static void sample(Lab lab, String name, String program, List<String> options, Samples samples)
            throws IOException, InterruptedException {
        int port = Lab.freePort();
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(options);
        command.add(options.isEmpty() ? Integer.toString(port) : "127.0.0.1:" + port);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        long before = System.nanoTime();
        Process process = builder.start();
        try (Socket socket = connect(port, process, before)) {
            ask(socket);
            double millis = (System.nanoTime() - before) / NANOS_PER_MILLI;
            samples.add(name, LOAD, Figure.START, millis);
            lab.say(String.format("%s: %s ms", name, Figure.START.format(millis)));
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static Socket connect(int port, Process process, long since) throws IOException, InterruptedException {
        while (process.isAlive() && System.nanoTime() - since < PATIENCE.toNanos()) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (ConnectException e) {
                Thread.sleep(1);
            }
        }
        throw new MeasurementException("the agent does not listen");
    }

    private static void ask(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(SampleFrames.hello());
        if (FrameHeader.read(frame(in)).type() != FrameType.AGENT_HELLO.code()) {
            throw new MeasurementException("no AGENT-HELLO came");
        }
        socket.getOutputStream().write(SampleFrames.notifies(Payload.SMALL, 1));
        ByteBuf ack = frame(in);
        FrameHeader header = FrameHeader.read(ack);
        List<Action> expected = List.of(new Action.SetVar(Scope.SESSION, SampleFrames.VARIABLE,
                new Value.Int32(SampleFrames.score(1))));
        if (header.type() != FrameType.ACK.code() || !ActionList.read(ack).equals(expected)) {
            throw new MeasurementException("expected an ACK with " + expected);
        }
    }

    private static ByteBuf frame(DataInputStream in) throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return Unpooled.wrappedBuffer(frame);
    }
}
