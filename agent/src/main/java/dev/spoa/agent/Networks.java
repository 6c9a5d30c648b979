package dev.spoa.agent;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Networks in the form {@code address/prefix}, and whether an address is in one of them. Immutable. */
final class Networks {
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};
    private static final int MAPPED_PREFIX = 8 * MAPPED.length;

    private final List<Network> networks;

    private Networks(List<Network> networks) {
        this.networks = networks;
    }

    /** Reads networks; an address without a prefix is a network of its own. */
    static Networks parse(String... texts) {
        if (texts.length == 0) {
            throw new IllegalArgumentException(
                    "expected at least one network, as in 10.0.0.0/8; none would let nobody in");
        }
        List<Network> networks = new ArrayList<>();
        for (String text : texts) {
            networks.add(Network.parse(text));
        }
        return new Networks(List.copyOf(networks));
    }

    /** Whether this is the address of a TCP peer in one of the networks. */
    boolean contains(@Nullable SocketAddress peer) {
        return peer instanceof InetSocketAddress inet && inet.getAddress() != null
                && networks.stream().anyMatch(network -> network.contains(inet.getAddress().getAddress()));
    }

    @Override
    public String toString() {
        return networks.toString();
    }

    /** The address has 4 or 16 bytes, and no bit set behind the prefix. */
    private static final class Network {
        private final String text;
        private final byte[] address;
        private final int prefix;

        private Network(String text, byte[] address, int prefix) {
            this.text = text;
            this.address = address;
            this.prefix = prefix;
        }

        static Network parse(String text) {
            int slash = text.indexOf('/');
            String host = slash < 0 ? text : text.substring(0, slash);
            byte[] address = AddressText.read(host);
            if (address == null) {
                throw malformed(text, "there is no IP address");
            }
            int bits = address.length * 8;
            int prefix = slash < 0 ? bits : prefix(text, text.substring(slash + 1), bits);
            if (isMapped(address) && prefix >= MAPPED_PREFIX) {
                address = Arrays.copyOfRange(address, 12, 16);
                prefix -= MAPPED_PREFIX;
            }
            for (int bit = prefix; bit < address.length * 8; bit++) {
                if ((address[bit / 8] & 0x80 >> bit % 8) != 0) {
                    throw malformed(text, "bits are set behind the prefix, so it is not clear what is meant");
                }
            }
            return new Network(text, address, prefix);
        }

        private static int prefix(String text, String digits, int bits) {
            if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > bits) {
                throw malformed(text, "the prefix must be from 0 to " + bits);
            }
            return Integer.parseInt(digits);
        }

        private static IllegalArgumentException malformed(String text, String why) {
            return new IllegalArgumentException("network \"" + text + "\": " + why
                    + "; expected an address and the length of its prefix, as in 10.0.0.0/8 or 2001:db8::/32");
        }

        /** Whether it is an IPv4 address in IPv6's clothes, {@code ::ffff:a.b.c.d}. */
        private static boolean isMapped(byte[] address) {
            return address.length == 16 && Arrays.equals(address, 0, MAPPED.length, MAPPED, 0, MAPPED.length);
        }

        boolean contains(byte[] peer) {
            byte[] candidate = isMapped(peer) ? Arrays.copyOfRange(peer, 12, 16) : peer;
            if (candidate.length != address.length) {
                return false;
            }
            for (int i = 0; i < address.length; i++) {
                int bits = Math.clamp(prefix - 8L * i, 0, 8);
                if (((candidate[i] ^ address[i]) & 0xff00 >> bits & 0xff) != 0) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
