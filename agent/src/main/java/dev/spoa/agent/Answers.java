package dev.spoa.agent;

import dev.spoa.protocol.wire.FrameType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the ACK of a NOTIFY, of what its handlers have set, and of what failure policies set where something has failed.
 * There is one for each event loop, and it is used on that only: one reply serves every ACK in turn.
 */
final class Answers {
    private final AgentContext agent;
    private final AckBytes bytes = new AckBytes();
    private @Nullable ReplyBuffer reply;
    /** ACKs that were not added to the counters yet: these are shared by all loops, and not cheap to add to. */
    private long made;

    Answers(AgentContext agent) {
        this.agent = agent;
    }

    AckBytes bytes() {
        return bytes;
    }

    /** Adds to the counters what has happened since the last time. */
    void count() {
        if (made > 0) {
            agent.counters.acks.add(made);
            made = 0;
        }
    }

    /** Begins an ACK. It has to be {@linkplain #end ended} or {@linkplain #cancel cancelled} before the next one. */
    ReplyBuffer begin(ReceivedNotify notify) {
        Connection connection = notify.connection();
        AckWriter acks = connection.acks();
        return open(connection, acks, acks.begin(FrameType.ACK, notify.streamId(), notify.frameId()));
    }

    /** Begins the ACK of a NOTIFY whose ids, as they were received, are this part of an array. */
    ReplyBuffer begin(Connection connection, byte[] in, int ids, int idsEnd) {
        AckWriter acks = connection.acks();
        return open(connection, acks, acks.beginAck(in, ids, idsEnd));
    }

    private ReplyBuffer open(Connection connection, AckWriter acks, OutgoingBytes out) {
        ReplyBuffer answer = reply;
        if (answer == null) {
            answer = new ReplyBuffer(agent.variableNames, agent.counters.lateActions, Thread.currentThread());
            reply = answer;
        }
        answer.open(out, connection.maxAckSize() - acks.frameLength(out));
        return answer;
    }

    /** Asks the policies about what has failed; of an ACK that has become too large, one is asked about the whole. */
    void add(List<Refusal> refusals, ReplyBuffer answer, FailurePolicy policy, ReceivedNotify notify) {
        boolean hadActions = !answer.isEmpty() || answer.isTooLarge();
        for (int i = 0; i < refusals.size() && !(hadActions && answer.isTooLarge()); i++) {
            add(refusals.get(i), answer);
        }
        if (answer.isTooLarge() && hadActions) {
            answer.clear();
            add(Refusal.of(FailureKind.REPLY_TOO_LARGE, policy, notify), answer);
        }
    }

    /** Asks a policy about a failure. */
    void add(Refusal refusal, ReplyBuffer answer) {
        Failure failure = refusal.failure();
        agent.counters.failures(failure.kind()).increment();
        agent.log.failed(failure);
        int mark = answer.mark();
        try {
            refusal.policy().onFailure(failure, answer);
        } catch (Throwable e) {
            answer.rollback(mark);
            agent.log.policyFailed(failure, e);
        }
    }

    /** Ends the ACK that was begun last: it is sent with the next flush. */
    void end(Connection connection, ReplyBuffer answer) {
        answer.close();
        if (agent.replaceEmptyAcks && answer.isEmpty()) {
            answer.addHarmlessAction();
        }
        connection.acks().end(answer.out());
        connection.acked();
        made++;
    }

    /** Takes the ACK back that was begun last, because of an error that is ours. */
    void cancel(Connection connection, ReplyBuffer answer) {
        answer.close();
        connection.acks().cancel(answer.out());
    }

    /** Answers in the handlers' place. */
    void refuse(ReceivedNotify notify, Refusal refusal) {
        Connection connection = notify.connection();
        ReplyBuffer answer = begin(notify);
        boolean ended = false;
        try {
            add(refusal, answer);
            end(connection, answer);
            ended = true;
        } finally {
            if (!ended) {
                cancel(connection, answer);
            }
        }
    }
}
