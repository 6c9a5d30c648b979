package dev.spoa.it;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

/** An authority that signs certificates for one test. */
final class TestAuthority {
    private final X509Bundle own;

    TestAuthority(String name) throws Exception {
        own = new CertificateBuilder().subject("CN=" + name).ecp256().setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    /** A certificate for {@code NAME.example}. */
    X509Bundle issued(String name) throws Exception {
        return new CertificateBuilder().subject("CN=" + name).addSanDnsName(name + ".example").ecp256()
                .buildIssuedBy(own);
    }

    /** What who trusts it needs. */
    X509Bundle own() {
        return own;
    }
}
