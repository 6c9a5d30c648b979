package dev.spoa.agent;

import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.ValueType;
import dev.spoa.protocol.VariableName;
import dev.spoa.protocol.wire.ActionList;
import dev.spoa.protocol.wire.TypedData;
import dev.spoa.protocol.wire.Varint;
import dev.spoa.protocol.wire.WireString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A reply that encodes its actions as they are made.
 *
 * <p>
 * On the event loop it writes straight into the connection's outgoing bytes, and there one object serves every NOTIFY in
 * turn: {@code onlyThread} then is the loop's thread, so that a handler that kept the reply cannot write into another
 * NOTIFY's answer from elsewhere. For handlers that answer later each NOTIFY has a reply of its own over memory that
 * nobody else touches; only {@link #close()} may come from another thread, which is why {@code open} is volatile.
 */
final class ReplyBuffer implements Reply {
    /** SET-VAR and UNSET-VAR begin with type, number of arguments and scope. */
    private static final int ACTION_HEADER_SIZE = 3;
    private static final int TYPE_SIZE = 1;
    private static final String UNUSED_VARIABLE = "agent_none";

    private final int prefixLength;
    private final LongAdder lateActions;
    private final @Nullable Thread onlyThread;
    private @Nullable ByteBuf out;
    private int start;
    private int limit;
    private boolean tooLarge;
    private volatile boolean open;

    ReplyBuffer(int prefixLength, LongAdder lateActions, @Nullable Thread onlyThread) {
        this.prefixLength = prefixLength;
        this.lateActions = lateActions;
        this.onlyThread = onlyThread;
    }

    /** Begins a reply at the writer index of a buffer, of at most so many bytes. */
    void open(ByteBuf out, int limit) {
        this.out = out;
        this.start = out.writerIndex();
        this.limit = limit;
        this.tooLarge = false;
        this.open = true;
    }

    /** Takes the reply from its owner; what is set from now on is ignored. The encoded actions stay. */
    void close() {
        open = false;
    }

    boolean isOpen() {
        return open;
    }

    boolean isTooLarge() {
        return tooLarge;
    }

    boolean isEmpty() {
        return buffer().writerIndex() == start;
    }

    /** Where the next action would begin. */
    int mark() {
        return buffer().writerIndex();
    }

    /** Takes back what came after a mark. */
    void rollback(int mark) {
        buffer().writerIndex(mark);
    }

    /** Takes everything back. */
    void clear() {
        rollback(start);
        tooLarge = false;
    }

    /** Takes over what another reply holds. */
    void append(ReplyBuffer other) {
        if (other.tooLarge) {
            tooLarge = true;
        } else {
            ByteBuf actions = other.buffer();
            buffer().writeBytes(actions, other.start, actions.writerIndex() - other.start);
        }
    }

    /** For HAProxy 3.1.0, which does not see an ACK without actions. */
    void addHarmlessAction() {
        ActionList.writeUnsetVar(buffer(), Scope.TRANSACTION, UNUSED_VARIABLE);
    }

    private ByteBuf buffer() {
        if (out == null) {
            throw new IllegalStateException("the reply was never opened");
        }
        return out;
    }

    @Override
    public Reply set(Scope scope, String name, boolean value) {
        if (begin(scope, name, TYPE_SIZE)) {
            TypedData.writeBool(buffer(), value);
        }
        return this;
    }

    @Override
    public Reply set(Scope scope, String name, int value) {
        return setInteger(scope, name, ValueType.INT32, value);
    }

    @Override
    public Reply set(Scope scope, String name, long value) {
        return setInteger(scope, name, ValueType.INT64, value);
    }

    @Override
    public Reply set(Scope scope, String name, String value) {
        if (begin(scope, name, TYPE_SIZE + WireString.size(ByteBufUtil.utf8Bytes(value)))) {
            buffer().writeByte(ValueType.STRING.code());
            WireString.write(buffer(), value);
        }
        return this;
    }

    @Override
    public Reply set(Scope scope, String name, byte[] value) {
        return setBytes(scope, name, ValueType.BINARY, value);
    }

    @Override
    public Reply set(Scope scope, String name, InetAddress value) {
        byte[] bytes = value.getAddress();
        if (begin(scope, name, TYPE_SIZE + bytes.length)) {
            ValueType type = value instanceof Inet4Address ? ValueType.IPV4 : ValueType.IPV6;
            buffer().writeByte(type.code()).writeBytes(bytes);
        }
        return this;
    }

    @Override
    public Reply set(Scope scope, String name, Value value) {
        return switch (value) {
            case Value.Null unused -> {
                if (begin(scope, name, TYPE_SIZE)) {
                    TypedData.write(buffer(), value);
                }
                yield this;
            }
            case Value.Bool bool -> set(scope, name, bool.value());
            case Value.Int32 integer -> setInteger(scope, name, ValueType.INT32, integer.value());
            case Value.Uint32 integer -> setInteger(scope, name, ValueType.UINT32, integer.value());
            case Value.Int64 integer -> setInteger(scope, name, ValueType.INT64, integer.value());
            case Value.Uint64 integer -> setInteger(scope, name, ValueType.UINT64, integer.value());
            case Value.Ipv4 ip -> set(scope, name, ip.address());
            case Value.Ipv6 ip -> set(scope, name, ip.address());
            case Value.Str string -> setBytes(scope, name, ValueType.STRING, string.bytes());
            case Value.Binary binary -> setBytes(scope, name, ValueType.BINARY, binary.bytes());
        };
    }

    @Override
    public Reply unset(Scope scope, String name) {
        if (mayAdd(scope, name, 0)) {
            ActionList.writeUnsetVar(buffer(), scope, name);
        }
        return this;
    }

    private Reply setInteger(Scope scope, String name, ValueType type, long value) {
        if (begin(scope, name, TYPE_SIZE + Varint.size(value))) {
            TypedData.writeInteger(buffer(), type, value);
        }
        return this;
    }

    private Reply setBytes(Scope scope, String name, ValueType type, byte[] value) {
        if (begin(scope, name, TYPE_SIZE + WireString.size(value.length))) {
            TypedData.writeBytes(buffer(), type, value);
        }
        return this;
    }

    private boolean begin(Scope scope, String name, int valueSize) {
        if (!mayAdd(scope, name, valueSize)) {
            return false;
        }
        ActionList.beginSetVar(buffer(), scope, name);
        return true;
    }

    private boolean mayAdd(Scope scope, String name, int valueSize) {
        if (!open || (onlyThread != null && !onlyThread.equals(Thread.currentThread()))) {
            lateActions.increment();
            return false;
        }
        VariableName.check(scope, prefixLength, name);
        int used = buffer().writerIndex() - start;
        long wanted = (long) ACTION_HEADER_SIZE + WireString.size(name.length()) + valueSize;
        if (wanted > limit - used) {
            tooLarge = true;
            throw new ReplyTooLargeException("variable \"" + name + "\": its action takes " + wanted
                    + " bytes, but the ACK has room for " + limit + ", of which " + used + " are used");
        }
        return true;
    }
}
