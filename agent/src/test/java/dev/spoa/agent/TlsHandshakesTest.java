package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.conformance.AgentLogCapture;
import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the work of handshakes is done, and what waits meanwhile. */
class TlsHandshakesTest {
    /** As many as a HAProxy with some threads and backends opens when it is reloaded. */
    private static final int CONNECTIONS = 300;

    @TempDir Path folder;
    private Tls tls;
    private SSLContext client;

    @BeforeEach
    void writeCertificates() throws Exception {
        CertificateFiles files = CertificateFiles.in(folder);
        tls = files.mutual();
        client = files.haproxy();
    }

    /** A connection of an agent with mutual TLS. */
    private EmbeddedChannel connect(AgentContext context) {
        EmbeddedChannel channel = new EmbeddedChannel();
        TlsContext files = new TlsContext(tls, context.log);
        channel.pipeline().addLast(new ListenerPipeline(context, Entrance.OPEN, files,
                accepted -> new Dispatcher(context, channel.eventLoop())));
        channel.pipeline().fireChannelActive();
        return channel;
    }

    /** Gives all threads for handshakes something to do. */
    private static CountDownLatch occupy(AgentContext context) {
        CountDownLatch released = new CountDownLatch(1);
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            Future<?> unused = context.tlsThreads.submit(() -> {
                released.await();
                return null;
            });
        }
        return released;
    }

    private ByteBuf clientHello() throws Exception {
        SSLEngine engine = client.createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        return Unpooled.wrappedBuffer(record.flip());
    }

    @Test
    void theEventLoopDoesNotWaitForThem() throws Exception {
        AgentContext context = new AgentContext(Agent.builder());
        CountDownLatch released = occupy(context);
        EmbeddedChannel channel = connect(context);
        channel.writeInbound(clientHello());
        assertThat(channel.outboundMessages()).isEmpty();

        released.countDown();
        Agents.until(() -> {
            channel.runPendingTasks();
            return !channel.outboundMessages().isEmpty();
        });
        channel.finishAndReleaseAll();
        context.tlsThreads.shutdownNow();
    }

    @Test
    void whatComesMeanwhileIsBounded() throws Exception {
        AgentContext context = new AgentContext(Agent.builder());
        try (AgentLogCapture log = new AgentLogCapture()) {
            CountDownLatch unused = occupy(context);
            EmbeddedChannel channel = connect(context);
            channel.freezeTime();
            channel.writeInbound(clientHello());
            ByteBuf more = Unpooled.wrappedBuffer(new byte[TlsFlow.MAX_HANDSHAKE_LENGTH / 2]);
            channel.writeInbound(more.copy());
            assertThat(log.warnings()).isEmpty();
            channel.writeInbound(more.copy(), more.copy(), more);

            assertThat(more.refCnt()).isZero();
            assertThat(log.warnings()).singleElement().asString().endsWith(
                    ": not let in: it has sent more than 131072 bytes before its TLS handshake was complete");
            assertThat(context.statistics().rejectedConnections()).isEqualTo(1);

            // that is how long the end of TLS may take
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            channel.runPendingTasks();
            assertThat(channel.isOpen()).isFalse();
            assertThat(context.statistics().connections()).isZero();
            channel.finishAndReleaseAll();
        } finally {
            context.tlsThreads.shutdownNow();
        }
    }

    /** All of them are on one event loop, with one more that is in the middle of its work. */
    @Test
    void whenManyConnectAtOnceAllAreAnsweredAndNobodyElseLosesAnything() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch together = new CountDownLatch(1);
        try (Agent agent = Agent.builder().eventLoops(1).shutdownHook(false).grace(Duration.ofSeconds(5))
                .onInline("ok", Agents::answer).listen("127.0.0.1:0")
                .listen(Listener.on("127.0.0.1:0").tls(tls)).start();
                ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            SocketAddress secure = agent.addresses().getLast();
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                HeldSocket below = new HeldSocket(secure);
                answers.add(all.submit(() -> {
                    try (TlsPeer peer = TlsPeer.above(below, client)) {
                        together.await();
                        peer.exchange(PeerBytes.muxHello());
                        return peer.exchange(PeerBytes.notify(1, 1, PeerBytes.message("ok")));
                    } finally {
                        below.close();
                    }
                }));
            }
            try (Peer bystander = Peer.mux(agent.addresses().getFirst())) {
                Thread asking = Thread.ofPlatform().start(() -> {
                    for (int frameId = 1; !over.get(); frameId++) {
                        bystander.sendNotify(1, frameId, "ok").readAck(1, frameId);
                        asked.incrementAndGet();
                    }
                });
                together.countDown();
                for (Future<String> answer : answers) {
                    assertThat(answer.get(30, TimeUnit.SECONDS)).contains("ok");
                }
                assertThat(threads()).isNotEmpty();
                over.set(true);
                asking.join();
            }
            assertThat(agent.statistics().acks()).isEqualTo(CONNECTIONS + asked.get());
            assertThat(agent.statistics().failures()).allSatisfy((kind, number) -> assertThat(number).isZero());
        }
        Agents.until(() -> threads().isEmpty());
    }

    private static List<String> threads() {
        return Stream.of(Thread.getAllStackTraces().keySet().toArray(Thread[]::new)).map(Thread::getName)
                .filter(name -> name.matches("spoa-tls-\\d+")).toList();
    }
}
