package dev.spoa.agent;

import dev.spoa.fuzz.ReferenceValues;
import dev.spoa.fuzz.Violation;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Handlers that read all of their message by every method there is, compare what these say, send it back, and do what the
 * first argument's name tells: fail in one way or another, set too much, come back to a reply that is no longer theirs.
 */
final class FuzzedHandlers {
    private static final Scope[] SCOPES = Scope.values();
    private static final String[] NAMES = {"a", "b.c", "a_longer_name", "x"};
    private static final byte[] LARGE = new byte[1_500];

    private final Deque<Stage> stages = new ArrayDeque<>();
    private final List<String> seen = new ArrayList<>();
    private @Nullable Reply oldReply;
    private @Nullable AssertionError violation;
    private boolean isInThread;

    /** What the handlers throw when they are told to. */
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fault() {
            super("as the message says", null, false, false);
        }
    }

    private record Stage(CompletableFuture<Object> future, Reply reply, boolean fails) {}

    AgentBuilder register(AgentBuilder builder) {
        return builder.onInline("i", this::handle).on("v", this::handle).onAsync("a", this::handleLater)
                .onInline("p", (message, reply) -> {
                    throw new Fault();
                }).onFailure("p", (failure, reply) -> {
                    reply.set(Scope.TRANSACTION, "policy", failure.kind().text());
                    reply.set(Scope.SESSION, "large", LARGE);
                }).on("few", this::handle).inFlight("few", 2);
    }

    void begin() {
        stages.clear();
        seen.clear();
        oldReply = null;
        violation = null;
        isInThread = false;
    }

    /** Fails if what the methods of a message say did not agree. */
    void check() {
        if (violation != null) {
            throw violation;
        }
    }

    /** The messages that handlers have read, as {@link ReferenceValues} writes them. */
    List<String> seen() {
        return seen;
    }

    void inThread(Runnable handlers) {
        isInThread = true;
        try {
            handlers.run();
        } finally {
            isInThread = false;
        }
    }

    /** Completes one of the stages that are awaited; false where there are none. */
    boolean completeStage(int number) {
        if (stages.isEmpty()) {
            return false;
        }
        for (int i = 0; i < number % stages.size(); i++) {
            stages.addLast(stages.removeFirst());
        }
        Stage stage = stages.removeFirst();
        if (stage.fails) {
            stage.future.completeExceptionally(new Fault());
        } else {
            try {
                stage.reply.set(Scope.REQUEST, "later", true);
                stage.future.complete("done");
            } catch (ReplyTooLargeException e) {
                stage.future.completeExceptionally(e);
            }
        }
        return true;
    }

    @SuppressWarnings("NullAway") // a handler of a user's may return what it must not
    private CompletionStage<?> handleLater(Message message, Reply reply) {
        String order = handle(message, reply);
        if (order.equals("null")) {
            return null;
        }
        if (isInThread || order.equals("now")) {
            return CompletableFuture.completedFuture("done");
        }
        CompletableFuture<Object> future = new CompletableFuture<>();
        stages.add(new Stage(future, reply, order.equals("fail")));
        return order.equals("minimal") ? future.minimalCompletionStage() : future;
    }

    private String handle(Message message, Reply reply) {
        List<Argument> arguments;
        try {
            arguments = readAll(message);
        } catch (AssertionError e) {
            violation = violation == null ? e : violation;
            throw e;
        } catch (RuntimeException e) {
            violation = new AssertionError("a message cannot be read", e);
            throw e;
        }
        String order = arguments.isEmpty() ? "" : arguments.getFirst().name();
        Reply before = oldReply;
        switch (order) {
            case "throw" -> throw new Fault();
            case "error" -> throw new StackOverflowError();
            case "keep" -> oldReply = reply;
            case "old" -> {
                if (before != null) {
                    before.set(Scope.SESSION, "old", 1);
                }
            }
            case "large" -> {
                for (int i = 0; i < 4; i++) {
                    reply.set(Scope.SESSION, "large", LARGE);
                }
            }
            case "name" -> reply.set(Scope.SESSION, "no name", 1);
            default -> {
            }
        }
        for (int i = 0; i < arguments.size(); i++) {
            reply.set(SCOPES[i % SCOPES.length], NAMES[i % NAMES.length], arguments.get(i).value());
        }
        if (order.equals("unset")) {
            reply.unset(Scope.PROCESS, "x");
        }
        if (order.equals("bad")) {
            message.integer("no such argument");
        }
        return order;
    }

    private List<Argument> readAll(Message message) {
        List<Argument> arguments = message.arguments();
        StringBuilder text = new StringBuilder(message.name()).append('(');
        for (int i = 0; i < arguments.size(); i++) {
            Argument argument = arguments.get(i);
            text.append(argument.name()).append('=').append(textOf(argument.value())).append(',');
            if (isFirst(arguments, i)) {
                compare(message, argument.name(), argument.value());
            }
        }
        seen.add(text.append(')').toString());
        Notification notify = message.notification();
        Violation.check(notify.peer() != null && notify.arrival() != null && notify.proxy() != null
                && notify.engineId() != null && notify.peerCertificates().isEmpty(), () -> "a NOTIFY without a peer");
        Violation.check(message.optionalValue("no such argument").isEmpty(), () -> "an argument that is not there");
        return arguments;
    }

    private static boolean isFirst(List<Argument> arguments, int index) {
        for (int i = 0; i < index; i++) {
            if (arguments.get(i).name().equals(arguments.get(index).name())) {
                return false;
            }
        }
        // a name that is no UTF-8 cannot be asked for
        return arguments.get(index).name().indexOf('\uFFFD') < 0;
    }

    /** Each method gives what {@link Message#arguments()} does, or refuses it, as its type asks for. */
    private static void compare(Message message, String name, Value value) {
        Violation.checkEqual("value(" + name + ")", message.value(name), value);
        Violation.checkEqual("optionalValue(" + name + ")", message.optionalValue(name).orElse(Value.NULL), value);
        Object integer = switch (value) {
            case Value.Int32 known -> known.value();
            case Value.Uint32 known -> known.value();
            case Value.Int64 known -> known.value();
            case Value.Uint64 known when known.value() >= 0 -> known.value();
            default -> "refused";
        };
        Violation.checkEqual("integer(" + name + ")", asked(() -> message.integer(name)), integer);
        Violation.checkEqual("bool(" + name + ")", asked(() -> message.bool(name)),
                value instanceof Value.Bool bool ? bool.value() : "refused");
        Violation.checkEqual("string(" + name + ")", asked(() -> message.string(name)),
                value instanceof Value.Str string ? string.text() : "refused");
        Violation.checkEqual("address(" + name + ")", asked(() -> message.address(name)), switch (value) {
            case Value.Ipv4 ip -> ip.address();
            case Value.Ipv6 ip -> ip.address();
            default -> "refused";
        });
        Violation.checkEqual("bytes(" + name + ")", asked(() -> HexFormat.of().formatHex(message.bytes(name))),
                switch (value) {
                    case Value.Str string -> HexFormat.of().formatHex(string.bytes());
                    case Value.Binary binary -> HexFormat.of().formatHex(binary.bytes());
                    default -> "refused";
                });
        optional(message, name, value instanceof Value.Null);
    }

    private static void optional(Message message, String name, boolean isNull) {
        boolean[] empty = {isEmpty(() -> message.optionalInteger(name).isEmpty()),
            isEmpty(() -> message.optionalBool(name).isEmpty()), isEmpty(() -> message.optionalString(name).isEmpty()),
            isEmpty(() -> message.optionalAddress(name).isEmpty()),
            isEmpty(() -> message.optionalBytes(name).isEmpty())};
        for (boolean each : empty) {
            Violation.checkEqual("whether " + name + " is empty", each, isNull);
        }
    }

    private interface Question {
        Object ask();
    }

    private static Object asked(Question question) {
        try {
            return question.ask();
        } catch (ArgumentException e) {
            return "refused";
        }
    }

    private static boolean isEmpty(Question question) {
        return asked(question).equals(true);
    }

    private static String textOf(Value value) {
        HexFormat hex = HexFormat.of();
        return switch (value) {
            case Value.Null unused -> "NULL";
            case Value.Bool bool -> "BOOL " + bool.value();
            case Value.Int32 integer -> "INT32 " + integer.value();
            case Value.Uint32 integer -> "UINT32 " + integer.value();
            case Value.Int64 integer -> "INT64 " + integer.value();
            case Value.Uint64 integer -> "UINT64 " + integer.value();
            case Value.Ipv4 ip -> "IPV4 " + hex.toHexDigits(ip.bits());
            case Value.Ipv6 ip -> "IPV6 " + hex.toHexDigits(ip.high()) + hex.toHexDigits(ip.low());
            case Value.Str string -> "STRING " + hex.formatHex(string.bytes());
            case Value.Binary binary -> "BINARY " + hex.formatHex(binary.bytes());
        };
    }
}
