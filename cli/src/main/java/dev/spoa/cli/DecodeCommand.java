package dev.spoa.cli;

import dev.spoa.cli.capture.CaptureException;
import dev.spoa.cli.capture.CaptureReader;
import dev.spoa.cli.capture.Packet;
import dev.spoa.protocol.wire.FrameHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code spoa decode}: bytes, hex text or captured traffic as readable frames. */
@Command(name = "decode", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Shows SPOP frames: each part with its offset, its bytes and its meaning, and what is wrong.",
            "The input is hex text (also of xxd, hexdump -C and tcpdump -X), raw bytes, or a pcap or pcapng file."},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every frame is well formed", "1:something is malformed", "2:wrong usage, or no hex text",
            "3:the input cannot be read, or the output not be written"},
        footerHeading = "%n",
        footer = {
            "--json writes JSON lines, one object on each. Its \"event\" is frame, skipped, gap, not-spop, closed,"
                    + " message or summary; in a capture \"connection\", \"from\", \"to\", \"time\" and \"packet\" say where,"
                    + " and \"offset\" is the byte of the TCP stream.",
            "Captures are read once from front to back. At most 10000 connections are followed at once, 1 MiB of a"
                    + " stream (64 MiB of all) waits for segments that are missing, frames that have begun take at most"
                    + " 64 MiB together, and a packet has at most 262144 bytes; hex text may have 64 MiB."})
final class DecodeCommand implements Callable<Integer> {
    private static final int HEAD = 4_096;
    private static final int RAW_IP = 101;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE",
            description = "What to read; standard input without.") private @Nullable Path file;

    @Option(names = "--format", paramLabel = "FORMAT",
            description = "hex, raw or pcap (also for pcapng); by default what the first bytes look like.") private @Nullable String format;

    @Option(names = "--port", paramLabel = "N",
            description = "In a capture: only TCP connections with this port, and take them for SPOP whatever they say.") private @Nullable Integer port;

    @Option(names = "--max-frame-size", paramLabel = "N", defaultValue = "1048576",
            description = "The largest LENGTH that is taken for one (default: ${DEFAULT-VALUE}).") private int maxFrameSize;

    @Option(names = "--brief", description = "One line for each frame.") private boolean isBrief;

    @Option(names = "--json", description = "JSON lines.") private boolean isJson;

    /** What an input can be. */
    private enum Format {
        HEX, RAW, PCAP
    }

    @Override
    public Integer call() {
        CommandSpec command = spec();
        if (maxFrameSize < 256 || maxFrameSize > 1 << 28) {
            throw new ParameterException(command.commandLine(), "--max-frame-size: expected 256 to " + (1 << 28)
                    + ", but it is " + maxFrameSize);
        }
        Integer wanted = port;
        if (wanted != null && (wanted < 1 || wanted > 65_535)) {
            throw new ParameterException(command.commandLine(), "--port: expected 1 to 65535, but it is " + wanted);
        }
        Format forced = forced(command);
        try (InputStream in = open()) {
            return decode(new BufferedInputStream(in, 65_536), forced);
        } catch (CaptureException | HexText.HexException e) {
            command.commandLine().getErr().println(name() + ": " + e.getMessage());
            return e instanceof CaptureException ? ExitCode.NOT_OK : ExitCode.USAGE;
        } catch (IOException e) {
            command.commandLine().getErr().println("cannot read " + name() + ": " + reason(e));
            return ExitCode.UNREACHABLE;
        } finally {
            command.commandLine().getOut().flush();
        }
    }

    private int decode(BufferedInputStream in, @Nullable Format forced) throws IOException, HexText.HexException {
        var out = spec().commandLine().getOut();
        DecodeReport told = isJson ? new DecodeJson(out) : new DecodeText(out, isBrief);
        CountingReport report = new CountingReport(told, out);
        byte[] head = head(in, forced == null);
        Format is = forced != null ? forced
                : CaptureReader.isCapture(head) ? Format.PCAP : HexText.isHex(head) ? Format.HEX : Format.RAW;
        boolean isEmpty = head.length == 0;
        switch (is) {
            case HEX -> hex(in, report);
            case RAW -> raw(in, report);
            case PCAP -> pcap(in, report);
        }
        if (isEmpty) {
            report.message("the input is empty");
        }
        report.summarise();
        return report.isMalformed() ? ExitCode.NOT_OK : ExitCode.OK;
    }

    /** What the input begins with: of one that comes bit by bit no more than is needed to judge it. */
    private static byte[] head(InputStream in, boolean isJudged) throws IOException {
        byte[] head = new byte[HEAD];
        in.mark(HEAD);
        int size = 0;
        int read = in.read(head);
        while (read > 0) {
            size += read;
            boolean isEnough = !isJudged || isDecided(Arrays.copyOf(head, size));
            read = isEnough ? 0 : in.read(head, size, HEAD - size);
        }
        in.reset();
        return Arrays.copyOf(head, size);
    }

    /** Nothing but text is not: of hex there may be more to see, and that is read to its end before anything is shown. */
    private static boolean isDecided(byte[] head) {
        return CaptureReader.isCapture(head) || (head.length >= FrameHeader.LENGTH_SIZE && !HexText.isText(head));
    }

    private @Nullable Format forced(CommandSpec command) {
        String name = format;
        if (name == null) {
            return null;
        }
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "hex" -> Format.HEX;
            case "raw" -> Format.RAW;
            case "pcap", "pcapng" -> Format.PCAP;
            default -> throw new ParameterException(command.commandLine(),
                    "--format: expected hex, raw or pcap, but it is " + name);
        };
    }

    private void raw(InputStream in, DecodeReport report) throws IOException {
        FrameStream stream = stream(report);
        byte[] chunk = new byte[65_536];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            stream.data(ByteBuffer.wrap(chunk, 0, read));
        }
        stream.end();
    }

    private void hex(InputStream in, DecodeReport report) throws IOException, HexText.HexException {
        byte[] text = in.readNBytes(HexText.MAX_TEXT + 1);
        if (text.length > HexText.MAX_TEXT) {
            throw new IOException("more than " + HexText.MAX_TEXT + " bytes, the most that hex text may have;"
                    + " decode a part of it, or raw bytes");
        }
        HexText hex = HexText.read(text);
        if (hex.isPackets()) {
            CaptureDecoder decoder = captured(report);
            long number = 0;
            for (byte[] block : hex.blocks()) {
                number++;
                decoder.packet(new Packet(number, 0, 0, RAW_IP, block));
            }
            decoder.finish();
            return;
        }
        FrameStream stream = stream(report);
        for (byte[] block : hex.blocks()) {
            stream.data(ByteBuffer.wrap(block));
        }
        stream.end();
    }

    private void pcap(InputStream in, CountingReport report) throws IOException {
        CaptureDecoder decoder = captured(report);
        try {
            CaptureReader reader = CaptureReader.open(in);
            for (Packet packet = reader.next(); packet != null; packet = reader.next()) {
                decoder.packet(packet);
            }
        } catch (CaptureException e) {
            decoder.finish();
            report.summarise();
            throw e;
        }
        decoder.finish();
    }

    private CaptureDecoder captured(DecodeReport report) {
        return new CaptureDecoder(port, maxFrameSize, report);
    }

    private FrameStream stream(DecodeReport report) {
        return new FrameStream(maxFrameSize, true, new PlainSink(report));
    }

    private InputStream open() throws IOException {
        Path from = file;
        return from == null ? System.in : Files.newInputStream(from);
    }

    private String name() {
        Path from = file;
        return from == null ? "standard input" : from.toString();
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no such file";
            case AccessDeniedException denied -> "permission denied";
            default -> String.valueOf(e.getMessage());
        };
    }

    private CommandSpec spec() {
        CommandSpec known = spec;
        if (known == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return known;
    }
}
