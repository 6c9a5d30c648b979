package dev.spoa.agent;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Certificates that are made for one test. */
final class Certificates {
    private Certificates() {}

    static X509Bundle authority(String name) throws Exception {
        return new CertificateBuilder().subject("CN=" + name).ecp256().setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    static X509Bundle issued(String name, X509Bundle authority) throws Exception {
        return new CertificateBuilder().subject("CN=" + name).addSanIpAddress("127.0.0.1").ecp256()
                .buildIssuedBy(authority);
    }

    static void write(X509Bundle bundle, Path chain, Path key) throws IOException {
        Files.writeString(chain, bundle.getCertificatePathPEM());
        Files.writeString(key, bundle.getPrivateKeyPEM());
    }

    /** What a client needs: whom it trusts, and who it is. */
    static SSLContext client(X509Bundle authority, @Nullable X509Bundle own) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own == null ? new KeyManager[0] : own.toKeyManagerFactory().getKeyManagers(),
                new TrustManager[] {authority.toTrustManager()}, null);
        return context;
    }
}
