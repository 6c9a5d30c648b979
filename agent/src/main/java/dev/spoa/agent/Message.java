package dev.spoa.agent;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.ValueType;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One message of a NOTIFY: its name, and its arguments by name with the type that you expect. Where HAProxy has two
 * arguments of one name, the first is found by name; {@link #arguments()} has all of them.
 *
 * <p>
 * The plain accessors throw {@link ArgumentException} for an argument that is missing, NULL or of another type. The
 * {@code optional} ones are for arguments that HAProxy may send as NULL, such as a header that the request does not
 * have: for those, and for missing ones, they are empty, and only another type is an exception.
 *
 * <p>
 * A message may be read from any thread. How long it is valid depends on the kind of handler, see the package.
 */
public interface Message {
    /**
     * The message's name, as in {@code spoe-message <name>}.
     *
     * @return its name
     */
    String name();

    /**
     * The NOTIFY that brought this message.
     *
     * @return what is known of it
     */
    Notification notification();

    /**
     * All arguments in their order, unnamed and duplicate ones too.
     *
     * @return copies, valid for ever
     */
    List<Argument> arguments();

    /**
     * An argument of any type.
     *
     * @param name the argument's name
     * @return its value, {@link Value#NULL} where HAProxy had none
     * @throws ArgumentException if it is missing
     */
    Value value(String name);

    /**
     * The type of an argument.
     *
     * @param name the argument's name
     * @return its type, {@link ValueType#NULL} where HAProxy had no value
     * @throws ArgumentException if it is missing
     */
    ValueType type(String name);

    /**
     * The first half of an IPV4 or IPV6 argument, for handlers that look addresses up in tables of numbers and want no
     * object for each. Where it matters whether it is an IPV4 one, ask for its {@link #type}.
     *
     * @param name the argument's name
     * @return the first 64 bits of an IPV6 address, 0 for an IPV4 one
     * @throws ArgumentException if it is missing, NULL or of another type
     */
    long addressHigh(String name);

    /**
     * The second half of an IPV4 or IPV6 argument, or all of an IPV4 one.
     *
     * @param name the argument's name
     * @return the last 64 bits of an IPV6 address, the 32 bits of an IPV4 one
     * @throws ArgumentException if it is missing, NULL or of another type
     */
    long addressLow(String name);

    /**
     * An IPV4 or IPV6 argument. An IPv4-mapped IPv6 address stays an IPv6 one.
     *
     * @param name the argument's name
     * @return the address
     * @throws ArgumentException if it is missing, NULL or of another type
     */
    InetAddress address(String name);

    /**
     * A STRING argument, decoded as UTF-8 with malformed sequences replaced. Use {@link #bytes} where they matter.
     *
     * @param name the argument's name
     * @return the text
     * @throws ArgumentException if it is missing, NULL or of another type
     */
    String string(String name);

    /**
     * An argument of one of the four integer types.
     *
     * @param name the argument's name
     * @return the integer
     * @throws ArgumentException if it is missing, NULL, of another type, or a UINT64 above 2^63-1
     */
    long integer(String name);

    /**
     * A BOOL argument.
     *
     * @param name the argument's name
     * @return true or false
     * @throws ArgumentException if it is missing, NULL or of another type
     */
    boolean bool(String name);

    /**
     * The bytes of a BINARY or STRING argument.
     *
     * @param name the argument's name
     * @return a copy of the bytes
     * @throws ArgumentException if it is missing, NULL or of another type
     */
    byte[] bytes(String name);

    /**
     * An argument of any type.
     *
     * @param name the argument's name
     * @return its value, empty where it is missing or NULL
     */
    Optional<Value> optionalValue(String name);

    /**
     * An IPV4 or IPV6 argument.
     *
     * @param name the argument's name
     * @return the address, empty where it is missing or NULL
     * @throws ArgumentException if it is of another type
     */
    Optional<InetAddress> optionalAddress(String name);

    /**
     * A STRING argument, decoded as UTF-8 with malformed sequences replaced.
     *
     * @param name the argument's name
     * @return the text, empty where it is missing or NULL
     * @throws ArgumentException if it is of another type
     */
    Optional<String> optionalString(String name);

    /**
     * An argument of one of the four integer types.
     *
     * @param name the argument's name
     * @return the integer, empty where it is missing or NULL
     * @throws ArgumentException if it is of another type, or a UINT64 above 2^63-1
     */
    OptionalLong optionalInteger(String name);

    /**
     * A BOOL argument.
     *
     * @param name the argument's name
     * @return true or false, empty where it is missing or NULL
     * @throws ArgumentException if it is of another type
     */
    Optional<Boolean> optionalBool(String name);

    /**
     * The bytes of a BINARY or STRING argument.
     *
     * @param name the argument's name
     * @return a copy of the bytes, empty where it is missing or NULL
     * @throws ArgumentException if it is of another type
     */
    Optional<byte[]> optionalBytes(String name);
}
