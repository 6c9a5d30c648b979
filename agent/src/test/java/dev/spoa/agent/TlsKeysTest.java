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
    private CertificateFiles files;

    @BeforeEach
    void writeCertificates() throws Exception {
        files = CertificateFiles.in(folder);
    }

    private Agent start() {
        return Agent.builder().eventLoops(1).shutdownHook(false).onInline("ok", Agents::answer)
                .listen(Listener.on("127.0.0.1:0").tls(files.tls())).start();
    }

    private void assertServes(X509Bundle agentCertificate) throws Exception {
        try (Agent agent = start(); TlsPeer peer = TlsPeer.connect(agent, files.authority(), null)) {
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
        X509Bundle agent =
                new CertificateBuilder().subject("CN=agent").algorithm(algorithm).buildIssuedBy(files.authority());
        Certificates.write(agent, files.chain(), files.key());

        assertServes(agent);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void servesWithCertificateAndKeyInOneFile(boolean keyFirst) throws Exception {
        X509Bundle agent = Certificates.issued("agent", files.authority());
        Path both = files.chain();
        files = new CertificateFiles(files.authority(), both, both, files.clientCa());
        Files.writeString(both, keyFirst
                ? agent.getPrivateKeyPEM() + agent.getCertificatePathPEM()
                : agent.getCertificatePathPEM() + agent.getPrivateKeyPEM());

        assertServes(agent);
    }

    @ParameterizedTest
    @CsvSource({"RSA PRIVATE KEY, PKCS#1", "EC PRIVATE KEY, SEC 1", "ENCRYPTED PRIVATE KEY, encrypted"})
    void saysHowToConvertAKeyOfAnotherForm(String label, String form) throws Exception {
        Files.writeString(files.key(), "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                + "-----BEGIN " + label + "-----\nMHcCAQEE\n-----END " + label + "-----\n");

        assertRefused(files.key() + EXPECTED + "and this one is " + form + " (BEGIN " + label
                + "); openssl pkcs8 -topk8 -nocrypt converts it");
    }

    @Test
    void saysWhatItExpectsWhereThereIsNoKey() throws Exception {
        Files.writeString(files.key(), "nothing");
        assertRefused(files.key() + EXPECTED + "and there is none");
        Files.writeString(files.key(), "-----BEGIN PRIVATE KEY-----\nMHcCAQEE\n");
        assertRefused(files.key() + EXPECTED + "and there is none");
    }

    @Test
    void saysThatAKeyIsBroken() throws Exception {
        Files.writeString(files.key(), "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder()
                .encodeToString("no key at all".getBytes(US_ASCII)) + "\n-----END PRIVATE KEY-----\n");
        assertRefused(files.key() + ": expected a private key of RSA, EC or Ed25519, and it is none of them");
    }

    @ParameterizedTest
    @EnumSource(names = {"ecp256", "rsa2048", "ed25519"})
    void saysThatAKeyBelongsToAnotherCertificate(Algorithm algorithm) throws Exception {
        CertificateBuilder builder = new CertificateBuilder().subject("CN=agent").algorithm(algorithm);
        Files.writeString(files.chain(), builder.buildIssuedBy(files.authority()).getCertificatePathPEM());
        for (X509Bundle other : new X509Bundle[] {builder.buildIssuedBy(files.authority()), files.authority()}) {
            Files.writeString(files.key(), other.getPrivateKeyPEM());
            assertRefused(files.key() + ": this is not the private key of the first certificate in " + files.chain());
        }
    }

    @Test
    void saysThatThereAreNoCertificates() throws Exception {
        for (String text : new String[] {"", "nothing", Files.readString(files.key())}) {
            Files.writeString(files.chain(), text);
            assertRefused(files.chain() + ": expected certificates as PEM (BEGIN CERTIFICATE), and there are none");
        }
        Files.writeString(files.chain(), "-----BEGIN CERTIFICATE-----\nMHcCAQEE\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(this::start).isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("TLS is not possible: " + files.chain()
                        + ": expected certificates as PEM (BEGIN CERTIFICATE): ");
        Files.delete(files.chain());
        assertRefused(files.chain() + ": there is no such file");
    }

    @Test
    void saysThatAFileIsTooLargeOrNone() throws Exception {
        Files.writeString(files.chain(), " ".repeat((1 << 20) + 1));
        assertRefused(files.chain() + ": cannot be read: more than 1048576 bytes, which no PEM file has");
        Files.delete(files.chain());
        Files.createDirectory(files.chain());
        assertThatThrownBy(this::start).isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("TLS is not possible: " + files.chain() + ": cannot be read: ");
    }
}
