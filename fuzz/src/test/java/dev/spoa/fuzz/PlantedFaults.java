package dev.spoa.fuzz;

import com.code_intelligence.jazzer.api.HookType;
import com.code_intelligence.jazzer.api.MethodHook;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandle;

/** Mistakes that Jazzer puts in place of the right code when it loads a class: four that are easily made. */
final class PlantedFaults {
    private PlantedFaults() {}

    /** LENGTH is believed. */
    public static final class LengthIsBelieved {
        private LengthIsBelieved() {}

        @MethodHook(type = HookType.REPLACE, targetClassName = "dev.spoa.protocol.wire.FrameReader",
                targetMethod = "checkedLength")
        public static int checkedLength(MethodHandle method, Object reader, Object[] arguments, int hook) {
            return (int) arguments[0];
        }
    }

    /** The number of arguments is read as a signed byte. */
    public static final class CountIsSigned {
        private CountIsSigned() {}

        @MethodHook(type = HookType.REPLACE, targetClassName = "dev.spoa.protocol.wire.MessageList",
                targetMethod = "readArgumentCount")
        public static int readArgumentCount(MethodHandle method, Object none, Object[] arguments, int hook) {
            return arguments[0] instanceof byte[] array ? array[(int) arguments[1]]
                    : ((ByteBuf) arguments[0]).readByte();
        }
    }

    /** Fragments are collected without end. */
    public static final class FragmentsHaveNoLimit {
        private FragmentsHaveNoLimit() {}

        @MethodHook(type = HookType.REPLACE, targetClassName = "dev.spoa.agent.Reassembly", targetMethod = "checkSize")
        public static void checkSize(MethodHandle method, Object reassembly, Object[] arguments, int hook) {}
    }

    /** What was collected of a NOTIFY is forgotten when the connection ends. */
    public static final class FragmentsAreNotReleased {
        private FragmentsAreNotReleased() {}

        @MethodHook(type = HookType.REPLACE, targetClassName = "dev.spoa.agent.Reassembly", targetMethod = "close")
        public static void close(MethodHandle method, Object reassembly, Object[] arguments, int hook) {}
    }
}
