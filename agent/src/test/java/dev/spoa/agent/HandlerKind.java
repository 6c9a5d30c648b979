package dev.spoa.agent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The ways to run a handler, so that a test can say the same of each. */
enum HandlerKind {
    INLINE {
        @Override
        AgentBuilder register(AgentBuilder builder, String message, MessageHandler handler) {
            return builder.onInline(message, handler);
        }
    },
    /** Done when it returns. */
    ASYNC {
        @Override
        AgentBuilder register(AgentBuilder builder, String message, MessageHandler handler) {
            return builder.onAsync(message, (received, reply) -> {
                handler.handle(received, reply);
                return CompletableFuture.completedFuture(null);
            });
        }
    },
    /** Done by another thread. */
    ASYNC_LATER {
        @Override
        AgentBuilder register(AgentBuilder builder, String message, MessageHandler handler) {
            return builder.onAsync(message, (received, reply) -> later(handler, received, reply));
        }
    },
    BLOCKING {
        @Override
        AgentBuilder register(AgentBuilder builder, String message, MessageHandler handler) {
            return builder.on(message, handler);
        }
    };

    abstract AgentBuilder register(AgentBuilder builder, String message, MessageHandler handler);

    /** Whether it runs on the thread that calls it first. */
    boolean isOnEventLoop() {
        return this == INLINE || this == ASYNC;
    }

    private static CompletionStage<?> later(MessageHandler handler, Message message, Reply reply) {
        CompletableFuture<Object> stage = new CompletableFuture<>();
        Thread.ofVirtual().name("elsewhere").start(() -> {
            try {
                handler.handle(message, reply);
                stage.complete("done");
            } catch (Throwable e) {
                stage.completeExceptionally(e);
            }
        });
        return stage;
    }
}
