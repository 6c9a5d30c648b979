package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listening channel that can accept nothing waits, says so once, and goes on. */
class AcceptBackoffTest {
    private final Logged logged = new Logged(Agent.class);
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new AcceptBackoff(new AgentContext(new AgentBuilder()), Listener.on("127.0.0.1:12345")));

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        logged.close();
    }

    private void fail(String cause) {
        channel.pipeline().fireExceptionCaught(new IOException(cause));
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void acceptsNothingForAMomentAndGoesOn() {
        channel.freezeTime();
        for (int i = 0; i < 3; i++) {
            fail("Too many open files");
            assertThat(channel.config().isAutoRead()).isFalse();
            pass(AcceptBackoff.PAUSE_MILLIS - 1);
            assertThat(channel.config().isAutoRead()).isFalse();
            pass(1);
            assertThat(channel.config().isAutoRead()).isTrue();
        }
        channel.checkException();
    }

    @Test
    void saysOnceWhatTheCauseIsAndWhatToDo() {
        fail("accept(..) failed with error(-24): Too many open files");
        fail("accept(..) failed with error(-24): Too many open files");

        assertThat(logged.warnings()).containsExactly("cannot accept connections on 127.0.0.1:12345: accept(..) failed"
                + " with error(-24): Too many open files; new ones wait, and the 0 open connections are served. The process"
                + " may open no more files: raise its limit (ulimit -n, LimitNOFILE= in a systemd unit) above the number"
                + " of connections, or lower Limits.connections()");
        assertThat(logged.events().getFirst().getThrowableProxy()).isNull();
    }

    @Test
    void tellsTheLimitOfTheSystemFromThatOfTheProcess() {
        fail("Too many open files in system");

        assertThat(logged.warnings()).singleElement().asString()
                .endsWith(" are served. The system may open no more files: raise fs.file-max");
    }

    @Test
    void hasNoAdviceForWhatItDoesNotKnow() {
        fail("Connection aborted");

        assertThat(logged.warnings())
                .containsExactly("cannot accept connections on 127.0.0.1:12345: Connection aborted;"
                        + " new ones wait, and the 0 open connections are served");
    }

    @Test
    void leavesAClosedChannelAlone() {
        channel.freezeTime();
        fail("Too many open files");
        ChannelFuture unused = channel.close();

        pass(AcceptBackoff.PAUSE_MILLIS);

        assertThat(channel.config().isAutoRead()).isFalse();
    }

    @Test
    void goesOnThoughTheAcceptorHasStoppedTheChannel() {
        channel.pipeline().addLast(acceptor());

        channel.writeInbound("accepted");

        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void pausesThoughSomethingIsAcceptedMeanwhile() {
        channel.pipeline().addLast(acceptor());
        fail("Too many open files");

        channel.pipeline().fireChannelRead("accepted");

        assertThat(channel.config().isAutoRead()).isFalse();
    }

    /** As Netty's is when it fails. */
    private static ChannelInboundHandlerAdapter acceptor() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object accepted) {
                context.channel().config().setAutoRead(false);
            }
        };
    }

    @Test
    void outlivesThatThereIsNoMemoryForTheLine() {
        channel.pipeline().fireExceptionCaught(new Exception() {
            @Override
            public String getMessage() {
                throw new OutOfMemoryError("in this test");
            }
        });

        channel.checkException();
    }
}
