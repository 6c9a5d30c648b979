package dev.spoa.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.engine.raw.PeerBytes;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of certificates and keys, of each kind. */
class TlsKeysTest {
    private static final String EXPECTED = ": expected an unencrypted private key as PKCS#8 PEM (BEGIN PRIVATE KEY), ";

    @TempDir Path folder;
    private X509Bundle authority;
    private Path chain;
    private Path key;

    @BeforeEach
    void writeCertificates() throws Exception {
        authority = Certificates.authority("test authority");
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
        Certificates.write(Certificates.issued("agent", authority), chain, key);
    }

    private Agent start() {
        return Agent.builder().eventLoops(1).shutdownHook(false).onInline("ok", Agents::answer)
                .listen(Listener.on("127.0.0.1:0").tls(Tls.of(chain, key))).start();
    }

    private void assertServes(X509Bundle agentCertificate) throws Exception {
        try (Agent agent = start(); TlsPeer peer = TlsPeer.connect(agent, authority, null)) {
            peer.exchange(PeerBytes.muxHello());
            assertThat(peer.exchange(PeerBytes.notify(1, 1, PeerBytes.message("ok")))).contains("ok");
            assertThat(peer.agent()).isEqualTo(agentCertificate.getCertificate());
        }
    }

    private void assertRefused(String why) {
        assertThatThrownBy(this::start).isInstanceOf(UncheckedIOException.class)
                .hasMessage("TLS is not possible: " + why);
    }

    @ParameterizedTest
    @EnumSource(names = {"ecp256", "ecp384", "rsa2048", "ed25519", "ed448"})
    void servesWithAKeyOf(Algorithm algorithm) throws Exception {
        X509Bundle agent = new CertificateBuilder().subject("CN=agent").algorithm(algorithm).buildIssuedBy(authority);
        Certificates.write(agent, chain, key);

        assertServes(agent);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void servesWithCertificateAndKeyInOneFile(boolean keyFirst) throws Exception {
        X509Bundle agent = Certificates.issued("agent", authority);
        key = chain;
        Files.writeString(chain, keyFirst
                ? agent.getPrivateKeyPEM() + agent.getCertificatePathPEM()
                : agent.getCertificatePathPEM() + agent.getPrivateKeyPEM());

        assertServes(agent);
    }

    @ParameterizedTest
    @CsvSource({"RSA PRIVATE KEY, PKCS#1", "EC PRIVATE KEY, SEC 1", "ENCRYPTED PRIVATE KEY, encrypted"})
    void saysHowToConvertAKeyOfAnotherForm(String label, String form) throws Exception {
        Files.writeString(key, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                + "-----BEGIN " + label + "-----\nMHcCAQEE\n-----END " + label + "-----\n");

        assertRefused(key + EXPECTED + "and this one is " + form + " (BEGIN " + label
                + "); openssl pkcs8 -topk8 -nocrypt converts it");
    }

    @Test
    void saysWhatItExpectsWhereThereIsNoKey() throws Exception {
        Files.writeString(key, "nothing");
        assertRefused(key + EXPECTED + "and there is none");
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nMHcCAQEE\n");
        assertRefused(key + EXPECTED + "and there is none");
    }

    @Test
    void saysThatAKeyIsBroken() throws Exception {
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder()
                .encodeToString("no key at all".getBytes(US_ASCII)) + "\n-----END PRIVATE KEY-----\n");
        assertRefused(key + ": expected a private key of RSA, EC or Ed25519, and it is none of them");
    }

    @ParameterizedTest
    @EnumSource(names = {"ecp256", "rsa2048", "ed25519"})
    void saysThatAKeyBelongsToAnotherCertificate(Algorithm algorithm) throws Exception {
        CertificateBuilder builder = new CertificateBuilder().subject("CN=agent").algorithm(algorithm);
        Files.writeString(chain, builder.buildIssuedBy(authority).getCertificatePathPEM());
        for (X509Bundle other : new X509Bundle[] {builder.buildIssuedBy(authority), authority}) {
            Files.writeString(key, other.getPrivateKeyPEM());
            assertRefused(key + ": this is not the private key of the first certificate in " + chain);
        }
    }

    @Test
    void saysThatThereAreNoCertificates() throws Exception {
        for (String text : new String[] {"", "nothing", Files.readString(key)}) {
            Files.writeString(chain, text);
            assertRefused(chain + ": expected certificates as PEM (BEGIN CERTIFICATE), and there are none");
        }
        Files.writeString(chain, "-----BEGIN CERTIFICATE-----\nMHcCAQEE\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(this::start).isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("TLS is not possible: " + chain
                        + ": expected certificates as PEM (BEGIN CERTIFICATE): ");
        Files.delete(chain);
        assertRefused(chain + ": there is no such file");
    }

    @Test
    void saysThatAFileIsTooLargeOrNone() throws Exception {
        Files.writeString(chain, " ".repeat((1 << 20) + 1));
        assertRefused(chain + ": cannot be read: more than 1048576 bytes, which no PEM file has");
        Files.delete(chain);
        Files.createDirectory(chain);
        assertThatThrownBy(this::start).isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("TLS is not possible: " + chain + ": cannot be read: ");
    }
}
