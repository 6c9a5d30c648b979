package dev.spoa.engine;

import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.Capability;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which of HAProxy's two engines is imitated (sections 0 and 9.3): what it offers, how it numbers its NOTIFYs, what it
 * accepts, and which number its error variable shows (sections 3.8 and 12 e).
 */
public enum EngineProfile {
    /** The applet engine, up to HAProxy 3.0. */
    LEGACY {
        @Override
        Set<Capability> capabilities(boolean pipelining, boolean async) {
            Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
            if (pipelining) {
                capabilities.add(Capability.PIPELINING);
            }
            if (async) {
                capabilities.add(Capability.ASYNC);
            }
            return capabilities;
        }

        @Override
        long errorVariable(EngineException.Kind kind, StatusCode status, long code) {
            return switch (kind) {
                case PROTOCOL -> switch (status) {
                    // it asks for a DISCONNECT then, and shows the code of that (12 d)
                    case FRAGMENTATION_NOT_SUPPORTED -> ON_CONNECTION;
                    // it ignores an ACK that belongs to none (3.6)
                    case FRAME_ID_NOT_FOUND -> EngineException.NOT_NOTICED;
                    default -> ON_CONNECTION + status.code();
                };
                case DISCONNECTED, REFUSED -> ON_CONNECTION + code;
                case CONNECTION_LOST -> ON_CONNECTION + StatusCode.IO_ERROR.code();
                case CLOSED -> INTERRUPTED;
                case QUEUE_FULL, ACTIONS -> EngineException.NOT_NOTICED;
                default -> TIMEOUT;
            };
        }
    },
    /** The multiplexer, from HAProxy 3.1 on. */
    MUX {
        @Override
        Set<Capability> capabilities(boolean pipelining, boolean async) {
            return pipelining ? EnumSet.of(Capability.PIPELINING) : EnumSet.noneOf(Capability.class);
        }

        @Override
        long errorVariable(EngineException.Kind kind, StatusCode status, long code) {
            return switch (kind) {
                case REFUSED -> ON_CONNECTION + StatusCode.INVALID_FRAME.code();
                case DISCONNECTED -> ON_CONNECTION + (code == 0 ? StatusCode.IO_ERROR.code() : code);
                case UNREACHABLE, CONNECTION_LOST -> ON_CONNECTION + StatusCode.IO_ERROR.code();
                case TOO_BIG -> status == StatusCode.FRAME_TOO_BIG ? ON_CONNECTION + status.code() : TOO_BIG;
                case CLOSED -> INTERRUPTED_BY_MUX;
                case QUEUE_FULL, ACTIONS -> EngineException.NOT_NOTICED;
                default -> TIMEOUT;
            };
        }
    };

    /** What an error variable above 255 is made of: this and a status code. */
    private static final long ON_CONNECTION = 256;
    private static final long TIMEOUT = 1;
    private static final long TOO_BIG = 3;
    private static final long INTERRUPTED = 5;
    private static final long INTERRUPTED_BY_MUX = 4;

    /** What a HELLO of this engine offers. */
    abstract Set<Capability> capabilities(boolean pipelining, boolean async);

    /** What HAProxy would set {@code option set-on-error} to; the code is that of a DISCONNECT. */
    abstract long errorVariable(EngineException.Kind kind, StatusCode status, long code);
}
