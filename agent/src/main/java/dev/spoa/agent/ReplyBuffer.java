package dev.spoa.agent;

import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.ValueType;
import dev.spoa.protocol.wire.ActionList;
import dev.spoa.protocol.wire.TypedData;
import dev.spoa.protocol.wire.Varint;
import dev.spoa.protocol.wire.WireString;
import io.netty.buffer.ByteBufUtil;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A reply that encodes its actions as they are made.
 *
 * <p>
 * On the event loop it writes straight into the bytes that the loop sends next, and there one object serves every NOTIFY in
 * turn: {@code onlyThread} then is the loop's thread, so that a handler that kept the reply cannot write into another
 * NOTIFY's answer from elsewhere. For handlers that answer later each NOTIFY has a reply of its own, and another one
 * after a stage has failed, over memory that nobody else touches; only {@link #close()} may come from another thread, which is
 * why {@code open} is volatile. It is written without the fence that every other volatile write costs, for what follows needs
 * not wait until all see it.
 */
final class ReplyBuffer implements Reply {
    private static final int TYPE_SIZE = 1;
    private static final byte[] NONE = {};
    private static final String UNUSED_VARIABLE = "agent_none";

    private static final VarHandle OPEN = openField();

    private final VariableNames names;
    private final LongAdder lateActions;
    private final @Nullable Thread onlyThread;
    private @Nullable OutgoingBytes out;
    private int start;
    private int limit;
    private boolean tooLarge;
    private volatile boolean open;

    ReplyBuffer(VariableNames names, LongAdder lateActions, @Nullable Thread onlyThread) {
        this.names = names;
        this.lateActions = lateActions;
        this.onlyThread = onlyThread;
    }

    private static VarHandle openField() {
        try {
            return MethodHandles.lookup().findVarHandle(ReplyBuffer.class, "open", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Begins a reply of at most so many bytes behind what is there already. */
    void open(OutgoingBytes out, int limit) {
        this.out = out;
        this.start = out.length();
        this.limit = limit;
        this.tooLarge = false;
        OPEN.setRelease(this, true);
    }

    /** Takes the reply from its owner; what is set from now on is ignored. The encoded actions stay. */
    void close() {
        OPEN.setRelease(this, false);
    }

    boolean isOpen() {
        return open;
    }

    boolean isTooLarge() {
        return tooLarge;
    }

    boolean isEmpty() {
        return out().length() == start;
    }

    /** Where the next action would begin. */
    int mark() {
        return out().length();
    }

    /** Takes back what came after a mark. */
    void rollback(int mark) {
        out().length(mark);
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
            OutgoingBytes actions = other.out();
            int length = actions.length() - other.start;
            out().ensure(length);
            out().putBytes(actions.array(), other.start, length);
        }
    }

    /**
     * Closes this reply, and returns another one that goes on from a mark: whoever had this one may be writing to it still, as
     * a thread does whose stage was completed by {@link java.util.concurrent.CompletableFuture#orTimeout}.
     */
    ReplyBuffer handOver(int mark) {
        close();
        ReplyBuffer other = new ReplyBuffer(names, lateActions, onlyThread);
        OutgoingBytes before = new OutgoingBytes();
        before.ensure(mark);
        before.putBytes(out().array(), 0, mark);
        other.out = before;
        other.start = start;
        other.limit = limit;
        other.tooLarge = tooLarge;
        OPEN.setRelease(other, true);
        return other;
    }

    /** For HAProxy 3.1.0, which does not see an ACK without actions. */
    void addHarmlessAction() {
        addUnset(Scope.TRANSACTION, names.encode(Scope.TRANSACTION, UNUSED_VARIABLE));
    }

    /** What the reply is written to. */
    OutgoingBytes out() {
        if (out == null) {
            throw new IllegalStateException("the reply was never opened");
        }
        return out;
    }

    @Override
    public Reply set(Scope scope, String name, boolean value) {
        OutgoingBytes to = begin(scope, name, TYPE_SIZE);
        if (to != null) {
            to.putByte(TypedData.codeOf(value));
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

    /** The text is measured before it is encoded, so that one that is too long takes no memory. */
    @Override
    public Reply set(Scope scope, String name, String value) {
        int size = ByteBufUtil.utf8Bytes(value);
        byte[] bytes = size > limit ? NONE : value.getBytes(StandardCharsets.UTF_8);
        OutgoingBytes to = begin(scope, name, TYPE_SIZE + WireString.size(size > limit ? size : bytes.length));
        if (to != null) {
            to.putByte(ValueType.STRING.code());
            to.putString(bytes);
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
        OutgoingBytes to = begin(scope, name, TYPE_SIZE + bytes.length);
        if (to != null) {
            to.putByte((value instanceof Inet4Address ? ValueType.IPV4 : ValueType.IPV6).code());
            to.putBytes(bytes, 0, bytes.length);
        }
        return this;
    }

    @Override
    public Reply set(Scope scope, String name, Value value) {
        return switch (value) {
            case Value.Null unused -> {
                OutgoingBytes to = begin(scope, name, TYPE_SIZE);
                if (to != null) {
                    to.putByte(ValueType.NULL.code());
                }
                yield this;
            }
            case Value.Bool bool -> set(scope, name, bool.value());
            case Value.Int32 integer -> setInteger(scope, name, ValueType.INT32, integer.value());
            case Value.Uint32 integer -> setInteger(scope, name, ValueType.UINT32, integer.value());
            case Value.Int64 integer -> setInteger(scope, name, ValueType.INT64, integer.value());
            case Value.Uint64 integer -> setInteger(scope, name, ValueType.UINT64, integer.value());
            case Value.Ipv4 ip -> {
                OutgoingBytes to = begin(scope, name, TYPE_SIZE + Integer.BYTES);
                if (to != null) {
                    to.putByte(ValueType.IPV4.code());
                    to.putInt(ip.bits());
                }
                yield this;
            }
            case Value.Ipv6 ip -> {
                OutgoingBytes to = begin(scope, name, TYPE_SIZE + 2 * Long.BYTES);
                if (to != null) {
                    to.putByte(ValueType.IPV6.code());
                    to.putLong(ip.high());
                    to.putLong(ip.low());
                }
                yield this;
            }
            case Value.Str string -> setBytes(scope, name, ValueType.STRING, string.bytes());
            case Value.Binary binary -> setBytes(scope, name, ValueType.BINARY, binary.bytes());
        };
    }

    @Override
    public Reply unset(Scope scope, String name) {
        byte[] encoded = admit(scope, name, 0);
        if (encoded != null) {
            addUnset(scope, encoded);
        }
        return this;
    }

    private void addUnset(Scope scope, byte[] encodedName) {
        OutgoingBytes to = out();
        to.ensure(ActionList.NAME_INDEX + encodedName.length);
        to.length(ActionList.beginUnsetVar(to.array(), to.length(), scope));
        to.putBytes(encodedName, 0, encodedName.length);
    }

    private Reply setInteger(Scope scope, String name, ValueType type, long value) {
        OutgoingBytes to = begin(scope, name, TYPE_SIZE + Varint.size(value));
        if (to != null) {
            to.putByte(type.code());
            to.putVarint(value);
        }
        return this;
    }

    private Reply setBytes(Scope scope, String name, ValueType type, byte[] value) {
        OutgoingBytes to = begin(scope, name, TYPE_SIZE + WireString.size(value.length));
        if (to != null) {
            to.putByte(type.code());
            to.putString(value);
        }
        return this;
    }

    /** Returns where the value is to be put, for which there is room then, or null where nothing may be added. */
    private @Nullable OutgoingBytes begin(Scope scope, String name, int valueSize) {
        byte[] encoded = admit(scope, name, valueSize);
        if (encoded == null) {
            return null;
        }
        OutgoingBytes to = out();
        to.ensure(ActionList.NAME_INDEX + encoded.length + valueSize);
        to.length(ActionList.beginSetVar(to.array(), to.length(), scope));
        to.putBytes(encoded, 0, encoded.length);
        return to;
    }

    /** Returns the variable's name as it is sent, or null where nothing may be added. */
    private byte @Nullable [] admit(Scope scope, String name, int valueSize) {
        if (!open || (onlyThread != null && !onlyThread.equals(Thread.currentThread()))) {
            lateActions.increment();
            return null;
        }
        byte[] encoded = names.encode(scope, name);
        int used = out().length() - start;
        long wanted = (long) ActionList.NAME_INDEX + encoded.length + valueSize;
        if (wanted > limit - used) {
            tooLarge = true;
            throw new ReplyTooLargeException("variable \"" + name + "\": its action takes " + wanted
                    + " bytes, but the ACK has room for " + limit + ", of which " + used + " are used");
        }
        return encoded;
    }
}
