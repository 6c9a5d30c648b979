package dev.spoa.protocol.wire;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import java.util.Objects;

/**
 * The payload of HAPROXY-DISCONNECT and AGENT-DISCONNECT (section 4.1).
 *
 * @param statusCode the code on the wire, which need not be one that {@link StatusCode} knows
 * @param message a text for people
 */
public record Disconnect(long statusCode, String message) {
    private static final String STATUS_CODE = "status-code";
    private static final String MESSAGE = "message";

    /**
     * A disconnect with the text that HAProxy uses.
     *
     * @param status why
     */
    public Disconnect(StatusCode status) {
        this(status.code(), status.reason());
    }

    /**
     * Reads the payload. Both keys may be absent: the code is then 99 and the text empty.
     *
     * @param in the payload
     * @return what it says
     * @throws ProtocolException with status 4 where a key is mistyped or malformed
     */
    public static Disconnect read(ByteBuf in) {
        KvList list = KvList.read(in);
        Long code = list.integer(STATUS_CODE);
        return new Disconnect(code == null ? StatusCode.UNKNOWN_ERROR.code() : code,
                Objects.requireNonNullElse(list.string(MESSAGE), ""));
    }

    /**
     * Appends the payload in HAProxy's own order.
     *
     * @param out where to
     */
    public void write(ByteBuf out) {
        KvList.write(out, STATUS_CODE, new Value.Uint32(statusCode));
        KvList.write(out, MESSAGE, Value.of(message));
    }
}
