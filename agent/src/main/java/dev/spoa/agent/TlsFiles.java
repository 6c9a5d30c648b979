package dev.spoa.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The content of the files of {@link Tls}, as it was at one time. */
final class TlsFiles {
    private static final int MAX_LENGTH = 1 << 20;
    private static final Pattern CERTIFICATE = Pattern.compile(
            "-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----");
    private static final Pattern PRIVATE_KEY = Pattern.compile(
            "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern OTHER_PRIVATE_KEY = Pattern.compile("-----BEGIN ([A-Z ]+ PRIVATE KEY)-----");

    private final Tls tls;
    private final byte[] certificates;
    private final byte[] privateKey;
    private final byte[] clientCa;

    private TlsFiles(Tls tls, byte[] certificates, byte[] privateKey, byte[] clientCa) {
        this.tls = tls;
        this.certificates = certificates;
        this.privateKey = privateKey;
        this.clientCa = clientCa;
    }

    /** Reads the files; the message of what this throws names the file and the reason, as with {@link #context()}. */
    static TlsFiles read(Tls tls) throws IOException {
        Path clientCa = tls.clientCa();
        return new TlsFiles(tls, content(tls.certificates()), content(tls.privateKey()),
                clientCa == null ? new byte[0] : content(clientCa));
    }

    private static byte[] content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_LENGTH + 1);
            if (content.length > MAX_LENGTH) {
                throw new IOException("more than " + MAX_LENGTH + " bytes, which no PEM file has");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    boolean isSameAs(@Nullable TlsFiles other) {
        return other != null && Arrays.equals(certificates, other.certificates)
                && Arrays.equals(privateKey, other.privateKey) && Arrays.equals(clientCa, other.clientCa);
    }

    SslContext context() throws IOException {
        List<X509Certificate> chain = certificates(tls.certificates(), certificates);
        PrivateKey key = privateKey();
        if (!belong(key, chain.getFirst().getPublicKey())) {
            throw new IOException(tls.privateKey() + ": this is not the private key of the first certificate in "
                    + tls.certificates());
        }
        SslContextBuilder builder = SslContextBuilder.forServer(key, chain.toArray(X509Certificate[]::new))
                .sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2");
        Path authorities = tls.clientCa();
        if (authorities != null) {
            builder.trustManager(certificates(authorities, clientCa).toArray(X509Certificate[]::new))
                    .clientAuth(ClientAuth.REQUIRE);
        }
        return builder.build();
    }

    /** Whatever else the file has, a private key for instance, is passed over. */
    private static List<X509Certificate> certificates(Path file, byte[] content) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            Matcher blocks = CERTIFICATE.matcher(new String(content, ISO_8859_1));
            while (blocks.find()) {
                InputStream block = new ByteArrayInputStream(blocks.group().getBytes(ISO_8859_1));
                found.add((X509Certificate) factory.generateCertificate(block));
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": expected certificates as PEM (BEGIN CERTIFICATE): " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new IOException(file + ": expected certificates as PEM (BEGIN CERTIFICATE), and there are none");
        }
        return found;
    }

    private PrivateKey privateKey() throws IOException {
        String text = new String(privateKey, ISO_8859_1);
        Matcher block = PRIVATE_KEY.matcher(text);
        if (!block.find()) {
            throw new IOException(tls.privateKey()
                    + ": expected an unencrypted private key as PKCS#8 PEM (BEGIN PRIVATE KEY), and " + instead(text));
        }
        try {
            PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(block.group(1)));
            for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
                } catch (InvalidKeySpecException e) {
                    // it may be one of the others
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(tls.privateKey() + ": the private key cannot be read: " + e.getMessage(), e);
        }
        throw new IOException(
                tls.privateKey() + ": expected a private key of RSA, EC or Ed25519, and it is none of them");
    }

    /** What is there in place of a key that can be read. */
    private static String instead(String text) {
        Matcher other = OTHER_PRIVATE_KEY.matcher(text);
        if (!other.find()) {
            return "there is none";
        }
        String form = switch (other.group(1)) {
            case "RSA PRIVATE KEY" -> "PKCS#1";
            case "EC PRIVATE KEY" -> "SEC 1";
            case "ENCRYPTED PRIVATE KEY" -> "encrypted";
            default -> "of another form";
        };
        return "this one is " + form + " (BEGIN " + other.group(1) + "); openssl pkcs8 -topk8 -nocrypt converts it";
    }

    /** The JDK would not notice before the first handshake. */
    private static boolean belong(PrivateKey privateKey, PublicKey publicKey) {
        String algorithm = switch (privateKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update((byte) 1);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update((byte) 1);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
