package dev.spoa.agent;

import dev.spoa.protocol.Scope;
import dev.spoa.protocol.VariableName;
import dev.spoa.protocol.wire.Varint;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The names of variables as they are sent. Handlers use the same few again and again, so those that were used last
 * need neither be checked nor encoded anew. Any thread: at worst two encode the same name at once.
 */
final class VariableNames {
    /** A power of two; two names that share a slot take turns. */
    private static final int SLOTS = 64;
    /** Of the scope with the longest name. */
    private static final int LONGEST_SCOPE = 4;

    /** Its fields are final, so that it is whole for any thread that sees it. */
    private static final class Known {
        private final String name;
        private final byte[] encoded;

        Known(String name, byte[] encoded) {
            this.name = name;
            this.encoded = encoded;
        }
    }

    private final int prefixLength;
    private final int longest;
    private final @Nullable Known[] known = new Known[SLOTS];

    VariableNames(int prefixLength) {
        this.prefixLength = prefixLength;
        this.longest = VariableName.MAX_FULL_LENGTH - LONGEST_SCOPE - 1 - prefixLength - 1;
    }

    /**
     * A name as a STRING.
     *
     * @return an array that nobody may write to
     * @throws IllegalArgumentException if HAProxy would not take it
     */
    byte[] encode(Scope scope, String name) {
        Known found = known[name.hashCode() & (SLOTS - 1)];
        return found != null && found.name.equals(name) ? found.encoded : encodeAnew(scope, name);
    }

    private byte[] encodeAnew(Scope scope, String name) {
        VariableName.check(scope, prefixLength, name);
        byte[] letters = name.getBytes(StandardCharsets.US_ASCII);
        byte[] encoded = new byte[Varint.size(letters.length) + letters.length];
        System.arraycopy(letters, 0, encoded, Varint.write(encoded, 0, letters.length), letters.length);
        if (letters.length <= longest) { // else it is too long for some scopes, and has to be checked each time
            known[name.hashCode() & (SLOTS - 1)] = new Known(name, encoded);
        }
        return encoded;
    }
}
