package dev.spoa.agent;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls handlers on the event loop and answers at once: one view of a message and one NOTIFY serve all of them in turn,
 * and the actions go straight into the bytes that are sent. Event loop only.
 */
final class InlineHandlers {
    private final AgentContext agent;
    private final Answers answers;
    private final HandlerWatch watch;
    private final ReceivedNotify notify = new ReceivedNotify();
    private final List<Refusal> refusals = new ArrayList<>();

    InlineHandlers(AgentContext agent, Answers answers, HandlerWatch watch) {
        this.agent = agent;
        this.answers = answers;
        this.watch = watch;
    }

    /** Answers a NOTIFY of one message, which was read already, as most are. The ids are this part of the array. */
    void answer(Connection connection, long streamId, long frameId, byte[] in, int ids, int idsEnd, MessageView message,
            Route route) {
        notify.open(connection, streamId, frameId, connection.readTime(), 0);
        ReplyBuffer answer = answers.begin(connection, in, ids, idsEnd);
        boolean ended = false;
        try {
            message.open(in, route, notify);
            call(route, message, answer);
            message.close();
            if (!refusals.isEmpty() || answer.isTooLarge()) {
                answers.add(refusals, answer, route.failurePolicy, notify);
                refusals.clear();
            }
            answers.end(connection, answer);
            ended = true;
        } finally {
            if (!ended) {
                cancel(message, answer);
            }
        }
    }

    /** Answers any other. */
    void answer(Connection connection, long streamId, long frameId, byte[] in, int start, int end, MessageView message,
            @Nullable Route[] routes, int messages) {
        notify.open(connection, streamId, frameId, connection.readTime(), 0);
        ReplyBuffer answer = answers.begin(notify);
        boolean ended = false;
        try {
            int at = start;
            for (int i = 0; i < messages; i++) {
                at = message.read(in, at, end);
                Route route = routes[i];
                message.open(in, route, notify);
                if (route == null) {
                    if (!Refusal.areEnough(refusals)) {
                        refusals.add(Refusal.unknown(agent.failurePolicy, message, notify));
                    }
                } else {
                    call(route, message, answer);
                }
            }
            message.close();
            Route first = messages == 0 ? null : routes[0];
            answers.add(refusals, answer, first == null ? agent.failurePolicy : first.failurePolicy, notify);
            refusals.clear();
            answers.end(connection, answer);
            ended = true;
        } finally {
            if (!ended) {
                cancel(message, answer);
            }
        }
    }

    private void cancel(MessageView message, ReplyBuffer answer) {
        message.close();
        refusals.clear();
        answers.cancel(notify.connection(), answer);
    }

    private void call(Route route, MessageView message, ReplyBuffer answer) {
        int mark = answer.mark();
        watch.enter(route, notify.connection());
        try {
            if (route.handler instanceof Route.Handler.Direct direct) {
                direct.handler().handle(message, answer);
            }
        } catch (Throwable e) {
            failed(route, answer, mark, e);
        } finally {
            watch.exit();
        }
    }

    private void failed(Route route, ReplyBuffer answer, int mark, Throwable thrown) {
        answer.rollback(mark);
        if (!answer.isTooLarge() && !Refusal.areEnough(refusals)) {
            refusals.add(Refusal.of(route, thrown, notify));
        }
    }
}
