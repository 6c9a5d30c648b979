package dev.spoa.conformance.proxy;

/**
 * What is done to a frame. TCP may deliver bytes in any pieces, so that a frame in two pieces, or two in one, is no fault
 * in itself: each of these is made so that it is one.
 */
enum Mutation {
    /** Nothing. */
    NONE,
    /** One bit is another. */
    BIT_FLIPPED,
    /** The end is missing, and the next frame follows at once. */
    CUT,
    /** The frame waits for the next one of its connection and is sent with it; who waits for the first waits for ever. */
    JOINED,
    /** The frame, and all behind it, comes later than anyone waits. */
    DELAYED,
    /** The frame comes twice. */
    DUPLICATED,
    /** The frame does not come. */
    DROPPED,
    /** The frame comes behind the next one of its connection. */
    REORDERED
}
