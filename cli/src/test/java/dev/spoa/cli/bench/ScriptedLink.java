package dev.spoa.cli.bench;

import dev.spoa.engine.Ack;
import dev.spoa.engine.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongUnaryOperator;

/** A connection whose other side is the test. */
class ScriptedLink implements Link {
    final List<List<Message>> sent = new ArrayList<>();
    private final Deque<CompletableFuture<Ack>> pending = new ArrayDeque<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final int window;
    private boolean isOpen = true;

    ScriptedLink(int window) {
        this.window = window;
    }

    /** One that answers by itself; what is sent at one time is answered with an empty ACK at another. */
    static ScriptedLink answering(int window, ManualTimer timer, LongUnaryOperator answeredAt) {
        return new ScriptedLink(window) {
            @Override
            public CompletableFuture<Ack> send(List<Message> messages) {
                CompletableFuture<Ack> answer = super.send(messages);
                long now = timer.getAsLong();
                timer.after(answeredAt.applyAsLong(now) - now, () -> answer.complete(new Ack(1, 1, List.of())));
                return answer;
            }
        };
    }

    int pending() {
        return (int) pending.stream().filter(answer -> !answer.isDone()).count();
    }

    /** Answers the oldest NOTIFY. */
    void answer(Ack ack) {
        pending.remove().complete(ack);
    }

    /** Lets the oldest NOTIFY fail. */
    void fail(Throwable why) {
        pending.remove().completeExceptionally(why);
    }

    /** Ends as an engine's connection does: it is not open any more, then what is pending fails. */
    void lose(Throwable why) {
        isOpen = false;
        while (!pending.isEmpty()) {
            fail(why);
        }
        closed.completeExceptionally(why);
    }

    @Override
    public CompletableFuture<Ack> send(List<Message> messages) {
        sent.add(messages);
        CompletableFuture<Ack> answer = new CompletableFuture<>();
        pending.add(answer);
        return answer;
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public int window() {
        return window;
    }

    @Override
    public CompletableFuture<Void> closed() {
        return closed;
    }

    @Override
    public Traffic traffic() {
        return new Traffic(10L * sent.size(), 5L * (sent.size() - pending()));
    }

    @Override
    public void close() {
        isOpen = false;
        closed.complete(null);
    }
}
