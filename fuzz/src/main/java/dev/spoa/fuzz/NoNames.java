package dev.spoa.fuzz;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The JVM's resolver of names: knows none, and remembers what it was asked. Addresses that can be read never get to it. */
public final class NoNames extends InetAddressResolverProvider {
    private static volatile @Nullable String asked;

    /** For the JVM, which finds it by its name. */
    public NoNames() {}

    /**
     * What was asked.
     *
     * @return the first name; null for none
     */
    public static @Nullable String asked() {
        return asked;
    }

    /** Forgets what was asked, as Netty and others do for the name of the machine when they start. */
    public static void forget() {
        asked = null;
    }

    @Override
    public String name() {
        return "no names";
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver builtin = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                asked = host;
                throw new UnknownHostException(host);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                return builtin.lookupByAddress(address);
            }
        };
    }
}
