package dev.spoa.protocol;

/**
 * What HAProxy accepts as the name of a variable (section 3.7). HAProxy never reports a name that it refuses, and older
 * releases read past the end of one that is too long, so names are checked before they are sent.
 */
public final class VariableName {
    /** The most bytes that {@code <scope>.<prefix>.<name>} may have. */
    public static final int MAX_FULL_LENGTH = 63;

    private VariableName() {}

    /**
     * Checks a name.
     *
     * @param scope the scope it is meant for
     * @param prefixLength the length of HAProxy's {@code option var-prefix} (by default the name of the
     *        {@code spoe-agent} section) in bytes
     * @param name the name without scope and prefix
     * @throws IllegalArgumentException if the name is empty, has a character other than letters, digits, {@code _} and
     *         {@code .}, or is longer than HAProxy takes; the message says which
     */
    public static void check(Scope scope, int prefixLength, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a variable's name must not be empty");
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isAllowed(name.charAt(i))) {
                throw new IllegalArgumentException("variable name \"" + name + "\": expected letters, digits, '_' and"
                        + " '.', but there is '" + name.charAt(i) + "' at " + i);
            }
        }
        int full = scope.prefix().length() + 1 + prefixLength + 1 + name.length();
        if (full > MAX_FULL_LENGTH) {
            throw new IllegalArgumentException("variable name \"" + name + "\": with scope " + scope.prefix()
                    + " and a prefix of " + prefixLength + " bytes it has " + full + " bytes, HAProxy takes at most "
                    + MAX_FULL_LENGTH);
        }
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    }
}
