package dev.spoa.fuzz;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Locale;

/** What is fuzzed. The classes are in packages that show nothing, so they are known by their names. */
public enum Target {
    /** The cutting of frames. */
    FRAME_READER("dev.spoa.protocol.wire.FrameReaderTarget", 4_096),
    /** What HAProxy says first, and what the agent makes of it. */
    HELLO("dev.spoa.agent.HelloTarget", 4_096),
    /** The payload of a NOTIFY, up to handlers that read all of it. */
    NOTIFY("dev.spoa.agent.NotifyTarget", 2_048),
    /** Fragments of a NOTIFY. */
    FRAGMENTS("dev.spoa.agent.FragmentsTarget", 4_096),
    /** All that may come on one connection. */
    CONNECTION("dev.spoa.agent.ConnectionTarget", 256),
    /** Headers of the PROXY protocol. */
    PROXY_HEADER("dev.spoa.agent.ProxyHeaderTarget", 4_200),
    /** What the engine reads of an agent. */
    AGENT_FRAMES("dev.spoa.engine.AgentFramesTarget", 256),
    /** Frames as text for people. */
    TEXT("dev.spoa.protocol.wire.TextTarget", 1_024);

    private final String className;
    private final int maxLength;

    Target(String className, int maxLength) {
        this.className = className;
        this.maxLength = maxLength;
    }

    /**
     * The name in commands and folders.
     *
     * @return for example {@code frame-reader}
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The target with a name.
     *
     * @param label the name
     * @return the target
     * @throws IllegalArgumentException if there is none
     */
    public static Target of(String label) {
        return Arrays.stream(values()).filter(target -> target.label().equals(label)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no target " + label + "; there are "
                        + String.join(", ", Arrays.stream(values()).map(Target::label).toList())));
    }

    String className() {
        return className;
    }

    /** The length of the longest input that is tried. */
    int maxLength() {
        return maxLength;
    }

    /**
     * The method that takes an input and throws if it finds something.
     *
     * @return it
     */
    MethodHandle entry() {
        try {
            return MethodHandles.publicLookup().findStatic(Class.forName(className), "fuzzerTestOneInput",
                    MethodType.methodType(void.class, byte[].class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(className + " has no method to feed", e);
        }
    }
}
