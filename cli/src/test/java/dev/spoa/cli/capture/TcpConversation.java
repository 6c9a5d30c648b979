package dev.spoa.cli.capture;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Makes the IP packets of one TCP connection, whose sequence numbers turn around soon. */
public final class TcpConversation {
    public static final int CLIENT_START = -20;
    public static final int SERVER_START = 0x7FFFFFF0;

    private final byte[] client;
    private final byte[] server;
    private final int clientPort;
    private final int serverPort;

    public TcpConversation(String client, int clientPort, String server, int serverPort) {
        this.client = address(client);
        this.server = address(server);
        this.clientPort = clientPort;
        this.serverPort = serverPort;
    }

    public static TcpConversation ipv4() {
        return new TcpConversation("192.0.2.1", 40_000, "192.0.2.2", 9_000);
    }

    private static byte[] address(String text) {
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public byte[] syn() {
        return packet(true, CLIENT_START - 1, 0, TcpSegment.SYN, new byte[0]);
    }

    public byte[] synAck() {
        return packet(false, SERVER_START - 1, CLIENT_START, TcpSegment.SYN | TcpSegment.ACK, new byte[0]);
    }

    /** Data of the client, some bytes behind the first; it has received {@code got} bytes. */
    public byte[] request(int offset, int got, byte[] data) {
        return packet(true, CLIENT_START + offset, SERVER_START + got, TcpSegment.ACK, data);
    }

    /** Data of the server. */
    public byte[] response(int offset, int got, byte[] data) {
        return packet(false, SERVER_START + offset, CLIENT_START + got, TcpSegment.ACK, data);
    }

    public byte[] fin(boolean isClient, int offset, int got) {
        return packet(isClient, (isClient ? CLIENT_START : SERVER_START) + offset,
                (isClient ? SERVER_START : CLIENT_START) + got, TcpSegment.FIN | TcpSegment.ACK, new byte[0]);
    }

    public byte[] reset(int offset) {
        return packet(true, CLIENT_START + offset, 0, TcpSegment.RST, new byte[0]);
    }

    private byte[] packet(boolean isClient, int sequence, int acknowledged, int flags, byte[] data) {
        byte[] source = isClient ? client : server;
        byte[] destination = isClient ? server : client;
        ByteBuffer out = ByteBuffer.allocate((source.length == 4 ? 20 : 48) + 20 + data.length);
        if (source.length == 4) {
            out.put((byte) 0x45).put((byte) 0).putShort((short) out.capacity()).putInt(0).put((byte) 64).put((byte) 6)
                    .putShort((short) 0).put(source).put(destination);
        } else {
            // with a hop-by-hop header of 8 bytes
            out.putInt(0x60000000).putShort((short) (out.capacity() - 40)).put((byte) 0).put((byte) 64).put(source)
                    .put(destination).put((byte) 6).put((byte) 0).put(new byte[6]);
        }
        out.putShort((short) (isClient ? clientPort : serverPort))
                .putShort((short) (isClient ? serverPort : clientPort))
                .putInt(sequence).putInt(acknowledged).put((byte) 0x50).put((byte) flags).putShort((short) 1_000)
                .putInt(0).put(data);
        return out.array();
    }

    /** Puts bytes before a packet. */
    public static byte[] behind(byte[] header, byte[] packet) {
        return ByteBuffer.allocate(header.length + packet.length).put(header).put(packet).array();
    }
}
