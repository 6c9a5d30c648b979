package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.protocol.Scope;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** How much a reply takes, how long, and from whom. */
class ReplyLifeTest {
    private static final String ACTION = "010301017611";
    /** SET-VAR of a variable with a name of one letter to a BOOL. */
    private static final int ACTION_SIZE = 6;

    private final LongAdder late = new LongAdder();
    private final OutgoingBytes out = new OutgoingBytes();
    private final ReplyBuffer reply = new ReplyBuffer(new VariableNames(1), late, null);

    private void open(int limit) {
        reply.open(out, limit);
    }

    private void set() {
        reply.set(Scope.SESSION, "v", true);
    }

    @Test
    void takesExactlyAsMuchAsThereIsRoomFor() {
        SentBytes.addZeros(out, 100);
        open(3 * ACTION_SIZE);
        set();
        set();
        set();

        assertThatThrownBy(this::set).isInstanceOf(ReplyTooLargeException.class).hasMessage("variable \"v\": its action"
                + " takes 6 bytes, but the ACK has room for 18, of which 18 are used");
        assertThat(out.length()).isEqualTo(100 + 3 * ACTION_SIZE);
    }

    @Test
    void staysTooLargeWhateverComesAfterwards() {
        open(ACTION_SIZE);
        assertThatThrownBy(() -> reply.set(Scope.SESSION, "v", "x")).isInstanceOf(ReplyTooLargeException.class);
        set();

        assertThat(reply.isTooLarge()).isTrue();
        reply.clear();
        assertThat(reply.isTooLarge()).isFalse();
        assertThat(reply.isEmpty()).isTrue();
    }

    @Test
    void refusesAStringLongerThanAnyFrame() {
        open(16_377);

        assertThatThrownBy(() -> reply.set(Scope.SESSION, "v", "\u20ac".repeat(1_000_000)))
                .isInstanceOf(ReplyTooLargeException.class).hasMessageContaining("takes 3000010 bytes");
        assertThat(out.array()).hasSizeLessThan(1_000);
    }

    @Test
    void takesBackWhatCameAfterAMark() {
        out.ensure(1);
        out.putByte(0x55);
        open(100);
        set();
        int mark = reply.mark();
        reply.unset(Scope.SESSION, "w");
        set();

        reply.rollback(mark);

        assertThat(SentBytes.hex(out, 0)).isEqualTo("55" + ACTION);
        reply.clear();
        assertThat(SentBytes.hex(out, 0)).isEqualTo("55");
    }

    @Test
    void ignoresAndCountsWhatComesAfterItWasClosed() {
        open(100);
        set();
        assertThat(reply.isOpen()).isTrue();
        reply.close();

        set();
        reply.unset(Scope.SESSION, "v");
        reply.set(Scope.SESSION, "not even a name", 1).set(Scope.SESSION, "v", "x".repeat(200));

        assertThat(reply.isOpen()).isFalse();
        assertThat(late.sum()).isEqualTo(4);
        assertThat(SentBytes.hex(out, 0)).isEqualTo(ACTION);
        assertThat(reply.isTooLarge()).isFalse();
    }

    @Test
    void isANewReplyWhenItIsOpenedAgain() {
        open(ACTION_SIZE - 1);
        assertThatThrownBy(this::set).isInstanceOf(ReplyTooLargeException.class);
        reply.close();

        open(ACTION_SIZE);
        assertThat(reply.isTooLarge()).isFalse();
        set();

        assertThat(SentBytes.hex(out, 0)).isEqualTo(ACTION);
    }

    @Test
    void ignoresAnotherThreadWhereOnlyOneMayWrite() throws InterruptedException {
        ReplyBuffer own = new ReplyBuffer(new VariableNames(1), late, Thread.currentThread());
        own.open(out, 100);
        Thread other = Thread.ofVirtual().start(() -> own.set(Scope.SESSION, "v", true));
        other.join();
        assertThat(late.sum()).isEqualTo(1);
        assertThat(own.isEmpty()).isTrue();

        own.set(Scope.SESSION, "v", true);

        assertThat(SentBytes.hex(out, 0)).isEqualTo(ACTION);
    }

    @Test
    void takesOverWhatAnotherReplyHolds() {
        OutgoingBytes elsewhere = SentBytes.behind(4);
        ReplyBuffer other = new ReplyBuffer(new VariableNames(1), late, null);
        other.open(elsewhere, 100);
        other.set(Scope.SESSION, "v", true);
        open(100);
        reply.unset(Scope.SESSION, "v");

        reply.append(other);

        assertThat(SentBytes.hex(out, 0)).isEqualTo("0202010176" + ACTION);
        assertThat(elsewhere.length()).isEqualTo(4 + ACTION_SIZE);
    }

    @Test
    void isTooLargeWhenItTakesOverOneThatIs() {
        ReplyBuffer other = new ReplyBuffer(new VariableNames(1), late, null);
        other.open(new OutgoingBytes(), 8);
        other.set(Scope.SESSION, "v", true);
        assertThatThrownBy(() -> other.set(Scope.SESSION, "v", true)).isInstanceOf(ReplyTooLargeException.class);
        open(100);

        reply.append(other);

        assertThat(reply.isTooLarge()).isTrue();
        assertThat(reply.isEmpty()).isTrue();
    }

    @Test
    void hasAnActionThatHarmsNobody() {
        open(100);
        reply.addHarmlessAction();

        assertThat(SentBytes.hex(out, 0)).isEqualTo("0202020a" + "6167656e745f6e6f6e65");
    }
}
