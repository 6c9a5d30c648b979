package dev.spoa.cli.capture;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * One end of a TCP connection.
 *
 * @param address its address
 * @param port its port
 */
public record Endpoint(InetAddress address, int port) {
    @Override
    public String toString() {
        String host = address.getHostAddress();
        return (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
    }
}
