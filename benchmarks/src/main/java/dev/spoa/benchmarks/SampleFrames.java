package dev.spoa.benchmarks;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.Capability;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.HaproxyHello;
import dev.spoa.protocol.wire.MessageList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.EnumSet;
import java.util.List;

/** The frames that an engine sends, the same as those of {@code spop.h}. */
final class SampleFrames {
    static final String MESSAGE = "get-ip-reputation";
    static final String VARIABLE = "ip_score";
    static final int MODULUS = 101;
    private static final int FRAME_SIZE = 16_380;
    private static final int NETWORK = 0xC0_00_02_00;
    private static final String HEADERS = """
            host: shop.example.org\r
            user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r
            accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r
            accept-language: en-US,en;q=0.5\r
            accept-encoding: gzip, deflate, br, zstd\r
            cookie: session=3f8a1c9e77d24b0fa9c1; theme=dark; consent=yes; _ga=GA1.2.1234567890.1700000000\r
            referer: https://shop.example.org/catalogue?page=3\r
            x-forwarded-for: 192.0.2.77\r
            \r
            """;

    private SampleFrames() {}

    static byte[] hello() {
        ByteBuf out = Unpooled.buffer();
        int start = FrameHeader.begin(out, FrameType.HAPROXY_HELLO, FrameHeader.FIN, 0, 0);
        new HaproxyHello("2.0", FRAME_SIZE, EnumSet.of(Capability.PIPELINING), "7c1f3a52-0000-4000-8000-5b0add0000aa",
                false).write(out);
        FrameHeader.end(out, start);
        return ByteBufUtil.getBytes(out);
    }

    /** NOTIFYs with the stream-ids 1, 2 and so on, each with an address of its own. */
    static byte[] notifies(Payload payload, int number) {
        ByteBuf out = Unpooled.buffer();
        for (int id = 1; id <= number; id++) {
            int start = FrameHeader.begin(out, FrameType.NOTIFY, FrameHeader.FIN, id, 1);
            MessageList.write(out, MESSAGE, arguments(payload, lastByte(id)));
            FrameHeader.end(out, start);
        }
        return ByteBufUtil.getBytes(out);
    }

    /** The score of the address in the NOTIFY with a stream-id. */
    static long score(long streamId) {
        return lastByte(streamId) % MODULUS;
    }

    private static int lastByte(long streamId) {
        return (int) (streamId * 7 + 3) & 0xFF;
    }

    static List<Argument> arguments(Payload payload, int lastByte) {
        Argument ip = new Argument("ip", new Value.Ipv4(NETWORK | lastByte));
        return switch (payload) {
            case SMALL -> List.of(ip);
            case HTTP -> List.of(string("unique-id", "7F000001:C0DE_7F000001:1F90_6922F0A1_0001:2B67"),
                    string("method", "GET"), string("path", "/api/v1/accounts/1029384756/transactions"),
                    string("ver", "1.1"), string("headers", HEADERS), ip);
        };
    }

    private static Argument string(String name, String value) {
        return new Argument(name, Value.of(value));
    }
}
