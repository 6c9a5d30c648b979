package dev.spoa.protocol.wire;

import java.util.regex.Pattern;

/** The version of SPOP: 2.0 is the only one that any supported HAProxy speaks (section 2.3). */
public final class Version {
    /** What both sides write. */
    public static final String SUPPORTED = "2.0";

    private static final Pattern ANY = Pattern.compile("[ \\t]*[0-9]+\\.[0-9]{1,3}[ \\t]*");
    private static final Pattern SPOP_2_0 = Pattern.compile("[ \\t]*0*2\\.0+[ \\t]*");

    private Version() {}

    /**
     * Whether a version is 2.0 by HAProxy's grammar: blanks around it and additional zeros do not matter.
     *
     * @param version the value of {@code version}, or one of {@code supported-versions}
     * @return whether it is the supported one
     */
    public static boolean isSupported(String version) {
        return SPOP_2_0.matcher(version).matches();
    }

    /**
     * Whether a text is a version at all, by HAProxy's grammar.
     *
     * @param version the value of {@code version}
     * @return whether it is one
     */
    public static boolean isVersion(String version) {
        return ANY.matcher(version).matches();
    }

    /**
     * Whether a list of versions has the supported one.
     *
     * @param versions the value of {@code supported-versions}: versions between commas
     * @return whether 2.0 is among them
     */
    public static boolean isOffered(String versions) {
        for (String version : versions.split(",", -1)) {
            if (isSupported(version)) {
                return true;
            }
        }
        return false;
    }
}
