package dev.spoa.conformance;

import dev.spoa.engine.raw.PeerBytes;

/** Bytes as they are shown in a failure: all of them while they are few. */
final class Hex {
    private static final int SHOWN = 400;

    private Hex() {}

    static String of(byte[] bytes) {
        return shortened(PeerBytes.hex(bytes));
    }

    static String shortened(String hex) {
        return hex.length() <= SHOWN ? hex : hex.substring(0, SHOWN) + "... of " + hex.length() / 2 + " bytes";
    }
}
