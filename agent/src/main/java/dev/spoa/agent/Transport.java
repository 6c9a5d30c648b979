package dev.spoa.agent;

/** How the agent talks to the operating system. */
public enum Transport {
    /** {@link #EPOLL} where it is available, {@link #NIO} elsewhere. The default. */
    AUTO,
    /** Linux's epoll. Has every option of {@link Limits}. */
    EPOLL,
    /**
     * Linux's io_uring. Has every option of {@link Limits}; many containers forbid it. On ARM it needs
     * {@code io.netty:netty-transport-native-io_uring} with the classifier {@code linux-aarch_64} on the class path.
     */
    IO_URING,
    /** The JDK's own. Runs everywhere, but knows no {@link Limits#userTimeout() user timeout}. */
    NIO
}
