package dev.spoa.examples.ipreputation;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.ipv6.IPv6Address;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line of a list of networks.
 *
 * @param network a network, or a single address
 * @param score 0 (blacklisted) to 100 (safe)
 * @param line where it stands, from 1 on
 */
record NetworkScore(IPAddress network, int score, int line) {
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern SCORE = Pattern.compile("100|[1-9]?[0-9]");
    private static final IPAddressStringParameters ONLY_ADDRESS_AND_PREFIX = onlyAddressAndPrefix();

    /**
     * Reads one line.
     *
     * @return what it says; null for a line that is empty or a comment
     * @throws IllegalArgumentException if it is malformed; its message says what was expected
     */
    static @Nullable NetworkScore parse(String line, int number) {
        int comment = line.indexOf('#');
        String text = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (text.isEmpty()) {
            return null;
        }
        String[] words = BLANKS.split(text, -1);
        if (words.length != 2) {
            throw new IllegalArgumentException("expected a network and a score, not \"" + text + "\"");
        }
        return new NetworkScore(network(words[0]), score(words[1]), number);
    }

    private static int score(String word) {
        if (!SCORE.matcher(word).matches()) {
            throw new IllegalArgumentException("expected a score from 0 to 100, not \"" + word + "\"");
        }
        return Integer.parseInt(word);
    }

    private static IPAddress network(String word) {
        IPAddress network;
        try {
            network = new IPAddressString(word, ONLY_ADDRESS_AND_PREFIX).toAddress();
        } catch (AddressStringException e) {
            throw new IllegalArgumentException(
                    "expected an address, or a network such as 192.0.2.0/24 or 2001:db8::/32, not \"" + word + "\"", e);
        }
        if (network.isPrefixed() && !network.isPrefixBlock()) {
            throw new IllegalArgumentException(
                    "network " + word + " has bits behind its prefix; expected " + network.toPrefixBlock());
        }
        if (network instanceof IPv6Address six && six.getLower().isIPv4Mapped() && six.getUpper().isIPv4Mapped()) {
            throw new IllegalArgumentException("IPv4-mapped address " + word
                    + " would never match, because such addresses are scored as IPv4; expected the IPv4 one");
        }
        return network;
    }

    /** Without the library's wildcards, ranges, masks, zones and octal numbers. */
    private static IPAddressStringParameters onlyAddressAndPrefix() {
        var both = new IPAddressStringParameters.Builder().allowEmpty(false).allowAll(false).allowSingleSegment(false)
                .allowMask(false).allowPrefixOnly(false).allowWildcardedSeparator(false).allow_inet_aton(false)
                .setRangeOptions(RangeParameters.NO_RANGE);
        both.getIPv4AddressParametersBuilder().allowLeadingZeros(false).allowBinary(false);
        both.getIPv6AddressParametersBuilder().allowZone(false).allowBase85(false).allowBinary(false);
        return both.toParams();
    }
}
