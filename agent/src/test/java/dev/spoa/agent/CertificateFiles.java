package dev.spoa.agent;

import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/**
 * The files of an agent's TLS, in a folder of one test.
 *
 * @param authority who has signed all certificates
 * @param chain the agent's certificate, {@code CN=agent}
 * @param key its key
 * @param clientCa the authority, for the certificates of clients
 */
record CertificateFiles(X509Bundle authority, Path chain, Path key, Path clientCa) {
    static CertificateFiles in(Path folder) throws Exception {
        CertificateFiles files = new CertificateFiles(Certificates.authority("test authority"),
                folder.resolve("chain.pem"), folder.resolve("key.pem"), folder.resolve("clients.pem"));
        Certificates.write(Certificates.issued("agent", files.authority), files.chain, files.key);
        Files.writeString(files.clientCa, files.authority.getRootCertificatePEM());
        return files;
    }

    Tls tls() {
        return Tls.of(chain, key);
    }

    /** With client certificates. */
    Tls mutual() {
        return tls().clientCa(clientCa);
    }

    /** What a client without a certificate needs. */
    SSLContext client() throws Exception {
        return Certificates.client(authority, null);
    }

    /** What a client with a certificate needs. */
    SSLContext haproxy() throws Exception {
        return Certificates.client(authority, Certificates.issued("haproxy", authority));
    }
}
