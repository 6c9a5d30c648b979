package dev.spoa.protocol.wire;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.Scope;
import io.netty.buffer.ByteBuf;
import java.util.Locale;

/**
 * Names the action at which HAProxy silently stops reading an ACK (section 1.4), and what that does to the others.
 */
final class StoppedAction {
    private static final int NAME_AT = 3;
    private static final int STRING_TYPE = 8;

    private StoppedAction() {}

    /**
     * Describes it.
     *
     * @param in the frame; its reader index is left at the action
     * @param at where the action begins
     * @param before how many good ones stand before it
     * @param cause why it could not be read
     */
    static String describe(ByteBuf in, int at, int before, ProtocolException cause) {
        String action = "action " + (before + 1) + " (" + name(in, at) + "): " + cause.getMessage();
        if (isReservedType(in, at, cause.index())) {
            return action + "; HAProxy takes that for NULL, unsets the variable and goes on with the next byte";
        }
        return action + strayType(in, at) + "; HAProxy stops here without a word: " + (before == 0 ? "nothing of this"
                + " ACK is applied"
                : String.format(Locale.ROOT, "%d before it %s applied, it and the rest are not",
                        before, before == 1 ? "is" : "are"));
    }

    /** Type, scope and variable, as far as they can be told. */
    private static String name(ByteBuf in, int at) {
        int type = in.getUnsignedByte(at);
        StringBuilder out = new StringBuilder(switch (type) {
            case ActionList.SET_VAR -> "SET-VAR";
            case ActionList.UNSET_VAR -> "UNSET-VAR";
            case 0 -> "type 0, HAProxy's internal no-op";
            default -> "type " + type;
        });
        if (in.writerIndex() - at >= NAME_AT && isKnown(type)) {
            Scope.ofCode(in.getUnsignedByte(at + NAME_AT - 1)).ifPresent(scope -> {
                out.append(' ').append(scope.prefix());
                String variable = string(in, at + NAME_AT);
                if (!variable.isEmpty()) {
                    out.append(' ').append(variable);
                }
            });
        }
        return out.toString();
    }

    private static boolean isKnown(int type) {
        return type == ActionList.SET_VAR || type == ActionList.UNSET_VAR;
    }

    /** The value of a SET-VAR has a type from 10 to 15: the only thing in an action that HAProxy does not stop at. */
    private static boolean isReservedType(ByteBuf in, int at, int index) {
        if (in.getUnsignedByte(at) != ActionList.SET_VAR || in.writerIndex() - at <= NAME_AT) {
            return false;
        }
        int behindName = behind(in, at + NAME_AT);
        return behindName == index && index < in.writerIndex();
    }

    /** A mistake that libraries made: a type byte before the name, as if it were typed data. */
    private static String strayType(ByteBuf in, int at) {
        int nameAt = at + NAME_AT;
        boolean isTyped = isKnown(in.getUnsignedByte(at)) && in.writerIndex() > nameAt + 1
                && in.getByte(nameAt) == STRING_TYPE && !string(in, nameAt + 1).isEmpty();
        return isTyped ? "; it looks as if a type byte (08) stood before the name " + string(in, nameAt + 1)
                + ", but scope and name are bare" : "";
    }

    /** The STRING at an index, empty where there is none. */
    private static String string(ByteBuf in, int index) {
        try {
            return Printable.name(WireString.readBytes(in.duplicate().readerIndex(index)));
        } catch (ProtocolException e) {
            return "";
        }
    }

    private static int behind(ByteBuf in, int index) {
        ByteBuf at = in.duplicate().readerIndex(index);
        try {
            WireString.skip(at);
            return at.readerIndex();
        } catch (ProtocolException e) {
            return -1;
        }
    }
}
