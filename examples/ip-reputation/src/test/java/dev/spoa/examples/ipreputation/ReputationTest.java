package dev.spoa.examples.ipreputation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReputationTest {
    private static final String NESTED = """
            0.0.0.0/0             11
            10.0.0.0/8            22
            10.1.0.0/16           33
            10.1.2.0/24           44
            10.1.2.128/25         55
            10.1.2.255            66
            10.1.2.254/32         77
            ::/0                  12
            2001:db8::/32         23
            2001:db8:1::/48       34
            2001:db8:1:2::/64     45
            2001:db8:1:2::8000/113 56
            2001:db8:1:2::ffff    67
            2001:db8:1:2::fffe/128 78
            """;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"0.0.0.0, 11", "9.255.255.255, 11", "255.255.255.255, 11", "10.0.0.0, 22", "10.255.255.255, 22",
        "10.1.0.0, 33", "10.1.3.0, 33", "10.1.2.0, 44", "10.1.2.127, 44", "10.1.2.128, 55", "10.1.2.253, 55",
        "10.1.2.254, 77", "10.1.2.255, 66"})
    void smallestIpv4NetworkDecides(String address, int score) throws IOException {
        assertThat(read(NESTED).scoreOf(InetAddress.getByName(address))).isEqualTo(score);
    }

    @ParameterizedTest
    @CsvSource({"::, 12", "2001:db7:ffff::1, 12", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 12", "2001:db8::, 23",
        "2001:db8:ffff:ffff::, 23", "2001:db8:1::, 34", "2001:db8:1:3::, 34", "2001:db8:1:2::, 45",
        "2001:db8:1:2::7fff, 45", "2001:db8:1:2::8000, 56", "2001:db8:1:2::fffd, 56", "2001:db8:1:2::fffe, 78",
        "2001:db8:1:2::ffff, 67"})
    void smallestIpv6NetworkDecides(String address, int score) throws IOException {
        assertThat(read(NESTED).scoreOf(InetAddress.getByName(address))).isEqualTo(score);
    }

    @Test
    void orderOfLinesDoesNotMatter() throws IOException {
        String reversed = String.join("\n", NESTED.lines().toList().reversed());
        assertThat(read(reversed).scoreOf(InetAddress.getByName("10.1.2.200"))).isEqualTo(55);
        assertThat(read(reversed).scoreOf(InetAddress.getByName("2001:db8:1:2::9000"))).isEqualTo(56);
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.200, 55", "10.1.2.255, 66", "99.0.0.1, 11"})
    void ipv4MappedAddressIsScoredAsIpv4(String address, int score) throws IOException {
        assertThat(read(NESTED).scoreOf(mapped(address))).isEqualTo(score);
    }

    @Test
    void ipv6DefaultDoesNotConcernIpv4MappedAddresses() throws IOException {
        assertThat(read("::/0 0").scoreOf(mapped("10.0.0.1"))).isEqualTo(Reputation.UNKNOWN);
    }

    @Test
    void zoneOfAnAddressDoesNotMatter() throws IOException {
        byte[] bytes = InetAddress.getByName("fe80::1").getAddress();
        assertThat(read("fe80::/10 7").scoreOf(Inet6Address.getByAddress(null, bytes, 1))).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9.255.255.255", "11.0.0.0", "::", "2001:db8::1", "::10.0.0.1"})
    void addressInNoNetworkIsUnknown(String address) throws IOException {
        assertThat(read("10.0.0.0/8 0").scoreOf(InetAddress.getByName(address))).isEqualTo(50);
    }

    @Test
    void emptyListKnowsNobody() throws IOException {
        assertThat(read("").scoreOf(InetAddress.getByName("10.0.0.1"))).isEqualTo(50);
    }

    @Test
    void readsCommentsBlankLinesTabsAndWindowsLineEnds() throws IOException {
        Reputation reputation =
                read("# a list – with a dash\r\n\r\n \t\r\n\t10.0.0.0/8\t \t3#three\r\n  # 11.0.0.0/8 4\r\n");
        assertThat(reputation.scoreOf(InetAddress.getByName("10.0.0.1"))).isEqualTo(3);
        assertThat(reputation.scoreOf(InetAddress.getByName("11.0.0.1"))).isEqualTo(50);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 99, 100})
    void takesScoresFrom0To100(int score) throws IOException {
        assertThat(read("10.0.0.1 " + score).scoreOf(InetAddress.getByName("10.0.0.1"))).isEqualTo(score);
    }

    @ParameterizedTest
    @ValueSource(strings = {"101", "-1", "+1", "1.5", "ten", "007", "1000000000000", "\u0663"})
    void refusesOtherScores(String score) {
        assertRefused("10.0.0.0/8 " + score, "expected a score from 0 to 100, not \"" + score + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/255.0.0.0", "/8", "10.0.0/8", "10.0.0",
        "10", "10.0.0.0.0", "256.0.0.1", "010.0.0.1", "0x0a.0.0.1", "10.*.0.0", "10.0.0.0-255", "*",
        "example.org", "2001:db8::/129", "2001:db8:::", "2001:db8::1::", "2001:db8", "12345::", "fe80::1%eth0",
        "[::1]", "::1/64/64", "10.0.0.0:80", "\uFFFD"})
    void refusesWhatIsNoNetwork(String network) {
        assertRefused(network + " 1", "expected an address, or a network such as 192.0.2.0/24 or 2001:db8::/32, not \""
                + network + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "5", "10.0.0.0/8 1 2", "10.0.0.0/8, 1 x", "10.0.0.0/8 = 1"})
    void refusesLinesOfAnotherShape(String line) {
        assertRefused(line, "expected a network and a score, not \"" + line + "\"");
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3/8, 10.0.0.0/8", "10.0.0.1/0, 0.0.0.0/0", "2001:db8::1/64, 2001:db8::/64"})
    void refusesBitsBehindThePrefix(String network, String expected) {
        assertRefused(network + " 1", "network " + network + " has bits behind its prefix; expected " + expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::ffff:10.0.0.1", "::ffff:10.0.0.0/104", "::ffff:0:0/96"})
    void refusesIpv4MappedNetworksBecauseTheyNeverMatch(String network) {
        assertRefused(network + " 1", "IPv4-mapped address " + network + " would never match");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 10.0.0.0/8", "10.0.0.1, 10.0.0.1/32", "2001:db8::/32, 2001:0DB8:0::/32"})
    void refusesASecondScoreForANetwork(String first, String second) {
        assertThatThrownBy(() -> read(first + " 1\n\n" + second + " 1\n")).isInstanceOf(MalformedListException.class)
                .hasMessageStartingWith(folder.resolve("list.txt") + ":3: network ")
                .hasMessageEndingWith("has a score already, at line 1");
    }

    @Test
    void namesTheFileThatIsMissing() {
        Path missing = folder.resolve("missing.txt");
        assertThatThrownBy(() -> Reputation.read(missing)).isInstanceOf(NoSuchFileException.class)
                .hasMessage(missing.toString());
    }

    @Test
    void builtInListIsRight() throws IOException {
        Reputation reputation = Reputation.builtIn();
        assertThat(reputation.scoreOf(InetAddress.getByName("192.0.2.7"))).isZero();
        assertThat(reputation.scoreOf(InetAddress.getByName("192.0.2.200"))).isEqualTo(100);
        assertThat(reputation.scoreOf(InetAddress.getByName("2001:db8:bad:600d::42"))).isEqualTo(80);
        assertThat(reputation.scoreOf(InetAddress.getByName("198.18.0.1"))).isEqualTo(50);
    }

    @Test
    void manyThreadsMayAskAtOnce() throws Exception {
        Reputation reputation = read(NESTED);
        Callable<List<Integer>> question = () -> Stream.of("10.1.2.200", "2001:db8:1:2::9000", "10.1.2.255", "9.9.9.9")
                .map(ReputationTest::literal).map(reputation::scoreOf).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<List<Integer>> answer : threads.invokeAll(java.util.Collections.nCopies(10_000, question))) {
                assertThat(answer.get()).containsExactly(55, 56, 66, 11);
            }
        }
    }

    private void assertRefused(String line, String reason) {
        assertThatThrownBy(() -> read("# first\n10.9.0.0/16 1\n" + line + "\n"))
                .isInstanceOf(MalformedListException.class)
                .hasMessageStartingWith(folder.resolve("list.txt") + ":3: " + reason);
    }

    private Reputation read(String list) throws IOException {
        return Reputation.read(Files.writeString(folder.resolve("list.txt"), list, StandardCharsets.UTF_8));
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** As the agent hands it over: InetAddress.getByAddress would turn it into an IPv4 address. */
    private static InetAddress mapped(String address) throws UnknownHostException {
        byte[] bytes = new byte[16];
        bytes[10] = bytes[11] = (byte) 0xff;
        System.arraycopy(InetAddress.getByName(address).getAddress(), 0, bytes, 12, 4);
        return Inet6Address.getByAddress(null, bytes, -1);
    }
}
