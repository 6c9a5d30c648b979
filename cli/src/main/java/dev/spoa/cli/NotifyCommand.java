package dev.spoa.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.spoa.engine.Ack;
import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineException;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code spoa notify}. */
@Command(
        name = "notify",
        mixinStandardHelpOptions = true,
        description = {
            "Sends one NOTIFY with one message, and prints the actions that come back, and the time that it took.",
            "",
            "Types: null, bool, int32, uint32, int64, uint64, ipv4, ipv6, ip, str, bin (in hexadecimal digits).",
            "HAProxy itself sends null, bool, int64, ipv4, ipv6, str and bin only.",
            "",
            "Exit status 1: no ACK came, or one that HAProxy would not read to its end, or no good AGENT-HELLO.",
            "Exit status 3: the agent cannot be connected to.",
            ""
        })
final class NotifyCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;
    @Mixin private EngineOptions engineOptions = new EngineOptions();

    @Parameters(index = "0", paramLabel = "ADDRESS",
            description = "The agent: " + Spoa.ADDRESS + ".") private String address = "";

    @Parameters(index = "1", paramLabel = "MESSAGE",
            description = "The message's name in HAProxy's configuration.") private String message = "";

    @Parameters(index = "2..*", paramLabel = "name=type:value",
            description = "The message's arguments, like ip=ipv4:192.0.2.1 or text=str:hello.") private List<
                    String> arguments = new ArrayList<>();

    @Option(names = "--json",
            description = "Print one JSON object: message, actions, elapsed_us; or error, kind, st.") private boolean isJson;

    @Override
    public Integer call() throws IOException {
        Argument[] parsed = arguments.stream().map(ArgumentSyntax::parse).toArray(Argument[]::new);
        PrintWriter out = CommandOutput.of(spec);
        try (Engine engine = engineOptions.builder().connect(address)) {
            long start = System.nanoTime();
            Ack ack = engine.notify(message, parsed).join();
            long micros = (System.nanoTime() - start) / 1_000;
            if (isJson) {
                Json.object(out, json -> writeAck(json, ack, micros));
            } else {
                print(out, ack, micros);
            }
            return ExitCode.OK;
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof EngineException failure)) {
                throw e;
            }
            printFailure(out, failure);
            return ExitCode.NOT_OK;
        } catch (EngineException e) {
            if (!isJson) {
                throw e;
            }
            writeFailure(out, e);
            return Spoa.exitCode(e);
        } catch (IllegalArgumentException e) {
            if (!isJson || !Spoa.isUnknownHost(e)) {
                throw e;
            }
            // HAProxy would not even start, so there is no st
            writeFailure(out, e, EngineException.Kind.UNREACHABLE, OptionalLong.empty());
            return ExitCode.UNREACHABLE;
        } finally {
            out.flush();
        }
    }

    private static void print(PrintWriter out, Ack ack, long micros) {
        for (Action action : ack.actions()) {
            out.println(switch (action) {
                case Action.SetVar set -> "set-var   %-4s %s = %s".formatted(set.scope().prefix(),
                        Printable.whole(set.name()), ValueText.of(set.value()));
                case Action.UnsetVar unset -> "unset-var %-4s %s".formatted(unset.scope().prefix(),
                        Printable.whole(unset.name()));
            });
        }
        int number = ack.actions().size();
        out.printf("%s in %s%n", number == 0 ? "no action" : number == 1 ? "1 action" : number + " actions",
                Elapsed.text(micros));
    }

    private void printFailure(PrintWriter out, EngineException failure) throws IOException {
        if (isJson) {
            writeFailure(out, failure);
            return;
        }
        out.println("failed: " + Printable.whole(String.valueOf(failure.getMessage())));
        out.println(failure.errorVariable().isEmpty() ? "HAProxy would not notice it"
                : "HAProxy would log st=" + failure.errorVariable().getAsLong());
    }

    private void writeFailure(PrintWriter out, EngineException failure) throws IOException {
        writeFailure(out, failure, failure.kind(), failure.errorVariable());
    }

    private void writeFailure(PrintWriter out, Exception failure, EngineException.Kind kind, OptionalLong variable)
            throws IOException {
        Json.object(out, json -> {
            json.writeStringField("message", message);
            json.writeStringField("error", failure.getMessage());
            json.writeStringField("kind", kind.name());
            if (variable.isPresent()) {
                json.writeNumberField("st", variable.getAsLong());
            }
        });
    }

    private void writeAck(JsonGenerator json, Ack ack, long micros) throws IOException {
        json.writeStringField("message", message);
        json.writeArrayFieldStart("actions");
        for (Action action : ack.actions()) {
            json.writeStartObject();
            json.writeStringField("action", action instanceof Action.SetVar ? "set-var" : "unset-var");
            json.writeStringField("scope", action.scope().prefix());
            json.writeStringField("name", action.name());
            if (action instanceof Action.SetVar set) {
                writeValue(json, set.value());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("elapsed_us", micros);
    }

    /** Its type, and its value in the nearest form that JSON has; the bytes of a string too, as it need not be UTF-8. */
    private static void writeValue(JsonGenerator json, Value value) throws IOException {
        json.writeStringField("type", ValueText.type(value));
        json.writeFieldName("value");
        switch (value) {
            case Value.Null none -> json.writeNull();
            case Value.Bool bool -> json.writeBoolean(bool.value());
            case Value.Int32 integer -> json.writeNumber(integer.value());
            case Value.Uint32 integer -> json.writeNumber(integer.value());
            case Value.Int64 integer -> json.writeNumber(integer.value());
            case Value.Uint64 integer -> json.writeNumber(ValueText.data(integer));
            case Value.Str string -> {
                json.writeString(string.text());
                json.writeStringField("hex", HexFormat.of().formatHex(string.bytes()));
            }
            default -> json.writeString(ValueText.data(value));
        }
    }
}
