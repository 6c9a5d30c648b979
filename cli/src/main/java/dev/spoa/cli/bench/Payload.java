package dev.spoa.cli.bench;

import dev.spoa.engine.Message;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.util.ArrayList;
import java.util.List;

/** What is sent, and which answer is right. The fixture agent's contract says so for its messages. Immutable. */
public final class Payload {
    private static final String REPUTATION = "get-ip-reputation";
    /** 192.0.2.0/24 is for documentation (RFC 5737). */
    private static final int NETWORK = 0xC0000200;
    private static final int ADDRESSES = 256;
    private static final String HEADERS = """
            host: shop.example.org\r
            user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r
            accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r
            accept-language: en-US,en;q=0.5\r
            accept-encoding: gzip, deflate, br, zstd\r
            cookie: session=3f8a1c9e77d24b0fa9c1; theme=dark; consent=yes; _ga=GA1.2.1234567890.1700000000\r
            referer: https://shop.example.org/catalogue?page=3\r
            x-forwarded-for: 192.0.2.77\r
            \r
            """;

    private final String name;
    private final List<Request> requests;

    private Payload(String name, List<Request> requests) {
        this.name = name;
        this.requests = List.copyOf(requests);
    }

    /**
     * {@code get-ip-reputation} with one address, another one each time.
     *
     * @return the payload
     */
    public static Payload small() {
        return addresses("small", ip -> List.of(new Argument("ip", ip)));
    }

    /**
     * {@code get-ip-reputation} with what a request of a browser brings along: six arguments, about 600 bytes.
     *
     * @return the payload
     */
    public static Payload http() {
        return addresses("http", ip -> List.of(
                new Argument("unique-id", Value.of("7F000001:C0DE_7F000001:1F90_6922F0A1_0001:2B67")),
                new Argument("method", Value.of("GET")),
                new Argument("path", Value.of("/api/v1/accounts/1029384756/transactions")),
                new Argument("ver", Value.of("1.1")),
                new Argument("headers", Value.of(HEADERS)),
                new Argument("ip", ip)));
    }

    /**
     * Any message. The answers to {@code get-ip-reputation} and {@code echo} are known; of any other message it is only
     * checked that the agent's failure policy has not answered.
     *
     * @param message its name
     * @param arguments its arguments
     * @return the payload
     */
    public static Payload of(String message, List<Argument> arguments) {
        return new Payload(message, List.of(new Request(Message.of(message, arguments.toArray(Argument[]::new)),
                switch (message) {
                    case REPUTATION -> arguments.stream().filter(argument -> argument.name().equals("ip")).findFirst()
                            .map(argument -> score(argument.value())).orElse(Answer.NO_FAILURE);
                    case "echo" -> echo(arguments);
                    default -> Answer.NO_FAILURE;
                })));
    }

    private static Payload addresses(String name, WithAddress arguments) {
        List<Request> requests = new ArrayList<>(ADDRESSES);
        for (int last = 0; last < ADDRESSES; last++) {
            Value ip = new Value.Ipv4(NETWORK | last);
            requests.add(new Request(Message.of(REPUTATION, arguments.with(ip).toArray(Argument[]::new)), score(ip)));
        }
        return new Payload(name, requests);
    }

    private interface WithAddress {
        List<Argument> with(Value ip);
    }

    /**
     * What it is called.
     *
     * @return {@code small}, {@code http}, or the message's name
     */
    public String name() {
        return name;
    }

    /** How many variants there are. */
    int size() {
        return requests.size();
    }

    Request get(int variant) {
        return requests.get(variant);
    }

    private static Answer score(Value ip) {
        return switch (ip) {
            case Value.Ipv4 v4 -> score(v4.bits() & 0xFF);
            case Value.Ipv6 v6 -> score((int) v6.low() & 0xFF);
            default -> Answer.NO_FAILURE;
        };
    }

    private static Answer score(int lastByte) {
        long expected = lastByte % 101;
        // HAProxy keeps 64 bits of an integer whatever its type says, so any type will do
        return ack -> switch (ack.value(Scope.SESSION, "ip_score").orElse(Value.NULL)) {
            case Value.Int32 score -> score.value() == expected;
            case Value.Uint32 score -> score.value() == expected;
            case Value.Int64 score -> score.value() == expected;
            case Value.Uint64 score -> score.value() == expected;
            default -> false;
        };
    }

    private static Answer echo(List<Argument> arguments) {
        List<Action> expected = arguments.stream().filter(argument -> !argument.name().isEmpty())
                .<Action>map(argument -> new Action.SetVar(Scope.TRANSACTION, argument.name(), argument.value()))
                .toList();
        return ack -> ack.actions().equals(expected);
    }
}
