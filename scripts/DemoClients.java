import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The clients of ./demo: {@code java DemoClients.java URL LIST}. Sends one HTTP request for each client address, prints
 * what HAProxy's response says, and compares each score with what the list says. It shares no code with the agent, so
 * that a mistake of the agent's cannot hide here. Exit status 1: something differs.
 */
public final class DemoClients {
    /** Where the rule in haproxy.cfg begins to let clients in. */
    private static final int GOOD_ENOUGH = 20;
    private static final int IN_NO_NETWORK = 50;

    private static final List<String> CLIENTS = List.of(
            "127.0.0.1", "192.0.2.7", "192.0.2.130", "192.0.2.200", "198.51.100.23", "203.0.113.9", "198.18.0.1",
            "::1", "2001:db8::1", "2001:db8:bad::66", "2001:db8:bad:600d::42", "2001:db8:bad:600d::1", "3fff::1",
            "::ffff:192.0.2.7");

    /** A network of the list; an address is in it if the first {@code prefix} of its {@code bits} are the same. */
    record Network(int bits, BigInteger first, int prefix, int score) {
        static Network of(String address, String score) throws IOException {
            int slash = address.indexOf('/');
            byte[] bytes = InetAddress.getByName(slash < 0 ? address : address.substring(0, slash)).getAddress();
            int bits = 8 * bytes.length;
            int prefix = slash < 0 ? bits : Integer.parseInt(address.substring(slash + 1));
            return new Network(bits, new BigInteger(1, bytes), prefix, Integer.parseInt(score));
        }

        boolean contains(int clientBits, BigInteger client) {
            return bits == clientBits && client.xor(first).shiftRight(bits - prefix).signum() == 0;
        }
    }

    public static void main(String[] args) throws Exception {
        URI url = URI.create(args[0]);
        List<Network> networks = read(Path.of(args[1]));
        List<String> wrong = new ArrayList<>();

        // While the JVM of the agent is cold a request may even outlast "timeout processing".
        HttpResponse<Void> cold = request(url, CLIENTS.getFirst());
        if (cold.statusCode() != 503) {
            System.out.printf("The first request took %s, with the agent's JVM still cold. Then:%n%n", time(cold));
        }
        System.out.printf("%-24s %5s  %-22s %9s%n", "client", "score", "decision", "time");
        for (String client : CLIENTS) {
            HttpResponse<Void> response = request(url, client);
            String score = header(response, "x-ip-score");
            System.out.printf("%-24s %5s  %-22s %9s%n", client, score.isEmpty() ? "none" : score, decision(response),
                    time(response));

            int listed = listed(networks, client);
            int status = listed >= GOOD_ENOUGH ? 200 : 403;
            if (!score.equals(Integer.toString(listed))) {
                wrong.add(client + " has the score " + listed + " in the list, but HAProxy has "
                        + (score.isEmpty() ? "none" : score));
            } else if (response.statusCode() != status) {
                wrong.add(client + " with the score " + score + " should get the status " + status + ", but got "
                        + response.statusCode());
            }
        }

        System.out.println();
        if (!wrong.isEmpty()) {
            System.out.println("WRONG:");
            wrong.forEach(line -> System.out.println("  " + line));
            System.exit(1);
        }
        System.out.println("All " + CLIENTS.size() + " scores are what the list says.");
    }

    /** Each client has a connection of its own, because the score belongs to HAProxy's session. */
    private static HttpResponse<Void> request(URI url, String client) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY).connectTimeout(Duration.ofSeconds(10)).build()) {
            return http.send(HttpRequest.newBuilder(url).header("x-client-ip", client).timeout(Duration.ofSeconds(20))
                    .build(), BodyHandlers.discarding());
        }
    }

    private static String decision(HttpResponse<?> response) {
        String spoe = header(response, "x-spoe-error");
        String agent = header(response, "x-agent-error");
        String why = !spoe.isEmpty() ? " (spoe " + spoe + ")" : !agent.isEmpty() ? " (" + agent + ")" : "";
        return switch (response.statusCode()) {
            case 200 -> "allowed";
            case 403 -> "denied";
            case 503 -> "no verdict" + why;
            default -> "status " + response.statusCode() + why;
        };
    }

    private static String time(HttpResponse<?> response) {
        String microseconds = header(response, "x-microseconds");
        return microseconds.isEmpty() ? "none" : "%.2f ms".formatted(Integer.parseInt(microseconds) / 1000.0);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static List<Network> read(Path list) throws IOException {
        List<Network> networks = new ArrayList<>();
        for (String line : Files.readAllLines(list)) {
            String[] words = line.replaceFirst("#.*", "").strip().split("\\s+");
            if (words.length == 2) {
                networks.add(Network.of(words[0], words[1]));
            }
        }
        return networks;
    }

    private static int listed(List<Network> networks, String client) throws IOException {
        // Java makes an IPv4 address of an IPv4-mapped one, which is also what the list promises.
        byte[] bytes = InetAddress.getByName(client).getAddress();
        int score = IN_NO_NETWORK;
        int longest = -1;
        for (Network network : networks) {
            if (network.contains(8 * bytes.length, new BigInteger(1, bytes)) && network.prefix() > longest) {
                longest = network.prefix();
                score = network.score();
            }
        }
        return score;
    }
}
