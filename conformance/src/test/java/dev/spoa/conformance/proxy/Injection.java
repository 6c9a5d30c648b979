package dev.spoa.conformance.proxy;

import java.util.HexFormat;

/**
 * A fault that was injected.
 *
 * @param connection the number of the connection, from 0 on, in the order in which they were accepted
 * @param frame the number of the frame in its direction, from 0 on
 * @param place where in the frame: a byte, or a bit
 * @param hex the frame as it was
 */
record Injection(Mutation mutation, Direction direction, long seed, int connection, int frame, String place,
        String hex) {
    private static final int SHOWN = 160;

    static String hex(byte[] frame) {
        String hex = HexFormat.of().formatHex(frame);
        return hex.length() <= SHOWN ? hex : hex.substring(0, SHOWN) + "... of " + frame.length + " bytes";
    }

    @Override
    public String toString() {
        return mutation + " " + direction + ", seed " + seed + ", connection " + connection + ", frame " + frame
                + place + ": " + hex;
    }
}
