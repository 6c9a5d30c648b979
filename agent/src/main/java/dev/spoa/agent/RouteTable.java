package dev.spoa.agent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a message by the bytes of its name, without decoding them. Immutable; a hash table with open
 * addressing, never more than half full. The hash takes the length and the first and last eight bytes: the names in the
 * table are the user's own, so nobody can make them collide from outside.
 */
final class RouteTable {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    /** A name, with its first and last eight bytes, all that one of sixteen bytes or fewer has. */
    private static final class Entry {
        private final Route route;
        private final byte[] name;
        private final long first;
        private final long last;

        Entry(Route route) {
            this.route = route;
            name = route.name.getBytes(StandardCharsets.UTF_8);
            first = first(name, 0, name.length);
            last = last(name, 0, name.length, first);
        }
    }

    private final @Nullable Entry[] entries;
    private final int mask;

    RouteTable(Collection<Route> all) {
        entries = new Entry[Integer.highestOneBit(Math.max(1, all.size())) << 2];
        mask = entries.length - 1;
        for (Route route : all) {
            Entry entry = new Entry(route);
            int slot = slot(entry.name.length, entry.first, entry.last);
            while (entries[slot] != null) {
                slot = (slot + 1) & mask;
            }
            entries[slot] = entry;
        }
    }

    /** The route of the name in these bytes, or null. */
    @Nullable
    Route find(byte[] in, int index, int length) {
        long first = first(in, index, length);
        long last = last(in, index, length, first);
        int slot = slot(length, first, last);
        for (Entry entry = entries[slot]; entry != null; entry = entries[slot]) {
            if (entry.first == first && entry.last == last && entry.name.length == length
                    && isBetween(in, index, entry.name)) {
                return entry.route;
            }
            slot = (slot + 1) & mask;
        }
        return null;
    }

    private int slot(int length, long first, long last) {
        return (int) ((((first ^ Long.rotateLeft(last, 1)) + length) * MIX) >>> Integer.SIZE) & mask;
    }

    private static long first(byte[] in, int index, int length) {
        if (length >= Long.BYTES) {
            return (long) LONG.get(in, index);
        }
        long all = 0;
        for (int i = 0; i < length; i++) {
            all = (all << Byte.SIZE) | (in[index + i] & 0xFF);
        }
        return all;
    }

    private static long last(byte[] in, int index, int length, long first) {
        return length > Long.BYTES ? (long) LONG.get(in, index + length - Long.BYTES) : first;
    }

    /** Whether a name has the same bytes between its first eight and its last. */
    private static boolean isBetween(byte[] in, int index, byte[] name) {
        for (int i = Long.BYTES; i < name.length - Long.BYTES; i += Long.BYTES) {
            if ((long) LONG.get(name, i) != (long) LONG.get(in, index + i)) {
                return false;
            }
        }
        return true;
    }
}
