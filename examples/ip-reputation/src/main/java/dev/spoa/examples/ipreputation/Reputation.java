package dev.spoa.examples.ipreputation;

import inet.ipaddr.IPAddress;
import inet.ipaddr.format.util.DualIPv4v6AssociativeTries;
import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.ipv6.IPv6Address;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The scores of networks, read once from a list: an address has the score of the smallest network that contains it. It
 * never changes after that, so that any number of threads may ask it.
 */
final class Reputation {
    /** The score of an address in no network of the list: neither good nor bad. */
    static final int UNKNOWN = 50;

    private static final String BUILT_IN = "networks.txt";

    private final DualIPv4v6AssociativeTries<NetworkScore> networks = new DualIPv4v6AssociativeTries<>();

    private Reputation(String source, List<String> lines) throws MalformedListException {
        int number = 0;
        for (String line : lines) {
            number++;
            try {
                NetworkScore entry = NetworkScore.parse(line, number);
                if (entry != null) {
                    add(entry);
                }
            } catch (IllegalArgumentException e) {
                throw new MalformedListException(source + ":" + number + ": " + e.getMessage(), e);
            }
        }
    }

    /** The list in the jar. */
    static Reputation builtIn() throws IOException {
        try (InputStream in = Reputation.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw new FileNotFoundException(BUILT_IN + " is missing from the jar");
            }
            return parse(BUILT_IN, in.readAllBytes());
        }
    }

    static Reputation read(Path file) throws IOException {
        return parse(file.toString(), Files.readAllBytes(file));
    }

    private static Reputation parse(String source, byte[] list) throws MalformedListException {
        return new Reputation(source, new String(list, StandardCharsets.UTF_8).lines().toList());
    }

    private void add(NetworkScore entry) {
        NetworkScore earlier = networks.put(entry.network(), entry);
        if (earlier != null) {
            throw new IllegalArgumentException(
                    "network " + entry.network() + " has a score already, at line " + earlier.line());
        }
    }

    /**
     * The score of one address. An IPv4-mapped IPv6 address, which is how an IPv4 client looks to an IPv6 socket, has
     * that of the IPv4 address it stands for.
     *
     * @return 0 (blacklisted) to 100 (safe), {@link #UNKNOWN} for an address in no network of the list
     */
    int scoreOf(InetAddress address) {
        var smallest = networks.longestPrefixMatchNode(key(address));
        return smallest == null ? UNKNOWN : smallest.getValue().score();
    }

    private static IPAddress key(InetAddress address) {
        if (address instanceof Inet4Address) {
            return new IPv4Address(address.getAddress());
        }
        IPv6Address six = new IPv6Address(address.getAddress());
        return six.isIPv4Mapped() ? six.getEmbeddedIPv4Address() : six;
    }
}
