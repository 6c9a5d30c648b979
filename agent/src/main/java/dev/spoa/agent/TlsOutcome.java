package dev.spoa.agent;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a connection what became of its TLS handshake. Nothing can be read from the peer before the handshake has
 * succeeded: in TLS 1.3 a client may believe that it is connected, and send, before its certificate was looked at.
 */
final class TlsOutcome extends ChannelInboundHandlerAdapter {
    private final Connection connection;
    private final SslHandler tls;
    private final TlsTasks tasks;

    TlsOutcome(Connection connection, SslHandler tls, TlsTasks tasks) {
        this.connection = connection;
        this.tls = tls;
        this.tasks = tasks;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent handshake when handshake.isSuccess() -> {
                tasks.end();
                connection.secured(peerCertificates());
            }
            case SslHandshakeCompletionEvent handshake -> failed(handshake.cause());
            // to a peer without TLS the end of its bytes is the end of the connection, too
            case SslCloseCompletionEvent close when close.isSuccess() -> connection.peerClosed();
            default -> context.fireUserEventTriggered(event);
        }
    }

    private List<X509Certificate> peerCertificates() {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (var certificate : tls.engine().getSession().getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            // none was asked for
        }
        return List.copyOf(chain);
    }

    /** A peer that just goes, as a TCP health check does, has done nothing wrong, even if our answer still meets a reset. */
    private void failed(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            connection.reject("expected a TLS handshake first, and its bytes are none");
        } else if (cause instanceof SSLException && !isOfTheSocket(cause.getCause())) {
            connection.reject("its TLS handshake failed: " + cause.getMessage());
        }
    }

    private static boolean isOfTheSocket(@Nullable Throwable cause) {
        return cause instanceof IOException && !(cause instanceof SSLException);
    }

    /** What goes wrong in TLS is the peer's or the network's fault, and after a handshake that failed is known already. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause.getCause() instanceof TlsTasks.Renegotiation) {
            connection.renegotiated();
        } else {
            context.fireExceptionCaught(
                    cause.getCause() instanceof SSLException wrapped ? wrapped : cause);
        }
    }
}
