package dev.spoa.protocol.wire;

import dev.spoa.protocol.Action;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * LIST-OF-ACTIONS (section 1.4), the payload of ACK: actions up to its end, each a type, a number of arguments, and
 * these. Scope and name are bare, only a value is typed. HAProxy stops reading silently at the first action that it
 * does not like.
 */
public final class ActionList {
    static final int SET_VAR = 1;
    private static final int SET_VAR_ARGUMENTS = 3;
    static final int UNSET_VAR = 2;
    private static final int UNSET_VAR_ARGUMENTS = 2;

    private ActionList() {}

    /**
     * Appends a SET-VAR up to its value, which the caller appends.
     *
     * @param out where to
     * @param scope the variable's scope
     * @param name its name
     */
    public static void beginSetVar(ByteBuf out, Scope scope, String name) {
        out.writeByte(SET_VAR).writeByte(SET_VAR_ARGUMENTS).writeByte(scope.code());
        WireString.write(out, name);
    }

    /** The bytes of an action before its variable's name: type, number of arguments, scope. */
    public static final int NAME_INDEX = 3;

    /**
     * Writes what stands before the name of a SET-VAR to an array.
     *
     * @param out an array with room for {@link #NAME_INDEX} bytes
     * @param index where to
     * @param scope the variable's scope
     * @return the index after it, where the name has to follow as a STRING, and then the value
     */
    public static int beginSetVar(byte[] out, int index, Scope scope) {
        return begin(out, index, SET_VAR, SET_VAR_ARGUMENTS, scope);
    }

    /**
     * Writes what stands before the name of an UNSET-VAR to an array.
     *
     * @param out an array with room for {@link #NAME_INDEX} bytes
     * @param index where to
     * @param scope the variable's scope
     * @return the index after it, where the name has to follow as a STRING
     */
    public static int beginUnsetVar(byte[] out, int index, Scope scope) {
        return begin(out, index, UNSET_VAR, UNSET_VAR_ARGUMENTS, scope);
    }

    private static int begin(byte[] out, int index, int type, int arguments, Scope scope) {
        out[index] = (byte) type;
        out[index + 1] = (byte) arguments;
        out[index + 2] = (byte) scope.code();
        return index + NAME_INDEX;
    }

    /**
     * Appends an UNSET-VAR.
     *
     * @param out where to
     * @param scope the variable's scope
     * @param name its name
     */
    public static void writeUnsetVar(ByteBuf out, Scope scope, String name) {
        out.writeByte(UNSET_VAR).writeByte(UNSET_VAR_ARGUMENTS).writeByte(scope.code());
        WireString.write(out, name);
    }

    /**
     * Appends an action.
     *
     * @param out where to
     * @param action the action
     */
    public static void write(ByteBuf out, Action action) {
        switch (action) {
            case Action.SetVar set -> {
                beginSetVar(out, set.scope(), set.name());
                TypedData.write(out, set.value());
            }
            case Action.UnsetVar unset -> writeUnsetVar(out, unset.scope(), unset.name());
        }
    }

    /**
     * Reads all actions.
     *
     * @param in the payload
     * @return the actions in their order
     * @throws ProtocolException at the first thing at which HAProxy would stop reading
     */
    public static List<Action> read(ByteBuf in) {
        List<Action> actions = new ArrayList<>();
        while (in.isReadable()) {
            actions.add(readNext(in));
        }
        return actions;
    }

    /** Reads the action at the reader index. */
    static Action readNext(ByteBuf in) {
        int start = in.readerIndex();
        if (in.readableBytes() < 3) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, start,
                    "an action cut before its type, number of arguments and scope");
        }
        int type = in.readUnsignedByte();
        int arguments = in.readUnsignedByte();
        Scope scope = readScope(in);
        if (type == SET_VAR && arguments == SET_VAR_ARGUMENTS) {
            String name = WireString.read(in);
            return new Action.SetVar(scope, name, TypedData.read(in));
        }
        if (type == UNSET_VAR && arguments == UNSET_VAR_ARGUMENTS) {
            return new Action.UnsetVar(scope, WireString.read(in));
        }
        throw new ProtocolException(StatusCode.INVALID_FRAME, start, "expected SET-VAR (1) with 3 arguments or"
                + " UNSET-VAR (2) with 2, but type " + type + " with " + arguments + " came");
    }

    private static Scope readScope(ByteBuf in) {
        int index = in.readerIndex();
        int code = in.readUnsignedByte();
        return Scope.ofCode(code).orElseThrow(() -> new ProtocolException(StatusCode.INVALID_FRAME, index,
                "expected a scope from 0 to 4, but " + code + " came"));
    }
}
