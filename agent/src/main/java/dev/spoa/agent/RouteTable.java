package dev.spoa.agent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a message by the bytes of its name, without decoding them. Immutable; a hash table with open
 * addressing, never more than half full. The hash takes the length and three of the bytes: the names in the table are
 * the user's own, so nobody can make them collide from outside.
 */
final class RouteTable {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final byte[][] names;
    private final @Nullable Route[] routes;
    private final int mask;

    RouteTable(Collection<Route> all) {
        int size = Integer.highestOneBit(Math.max(1, all.size())) << 2;
        names = new byte[size][];
        routes = new Route[size];
        mask = size - 1;
        for (Route route : all) {
            byte[] name = route.name.getBytes(StandardCharsets.UTF_8);
            int slot = hash(name.length, name[0], name[name.length >>> 1], name[name.length - 1]) & mask;
            while (routes[slot] != null) {
                slot = (slot + 1) & mask;
            }
            names[slot] = name;
            routes[slot] = route;
        }
    }

    /** The route of the name in these bytes, or null. */
    @Nullable
    Route find(byte[] in, int index, int length) {
        if (length == 0) {
            return null;
        }
        int slot = hash(length, in[index], in[index + (length >>> 1)], in[index + length - 1])
                & mask;
        for (Route route = routes[slot]; route != null; route = routes[slot]) {
            byte[] name = names[slot];
            if (name.length == length && isAt(in, index, name)) {
                return route;
            }
            slot = (slot + 1) & mask;
        }
        return null;
    }

    /** Eight bytes at once; what {@code Arrays.equals} has to begin with costs more than these few comparisons. */
    private static boolean isAt(byte[] in, int index, byte[] name) {
        int last = name.length - Long.BYTES;
        if (last < 0) {
            return Arrays.equals(name, 0, name.length, in, index, index + name.length);
        }
        for (int i = 0; i < last; i += Long.BYTES) {
            if ((long) LONG.get(name, i) != (long) LONG.get(in, index + i)) {
                return false;
            }
        }
        return (long) LONG.get(name, last) == (long) LONG.get(in, index + last);
    }

    private static int hash(int length, byte first, byte middle, byte last) {
        int hash = length * 29_791 + first * 961 + middle * 31 + last;
        return hash ^ (hash >>> 8);
    }
}
