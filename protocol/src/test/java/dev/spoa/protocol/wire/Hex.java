package dev.spoa.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.function.Consumer;

/** Bytes as protocol.md writes them; blanks mean nothing. */
final class Hex {
    private Hex() {}

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    static ByteBuf buffer(String hex) {
        return Unpooled.wrappedBuffer(bytes(hex));
    }

    /** A buffer that is read from its third byte on, for tests of the positions in errors. */
    static ByteBuf bufferAt2(String hex) {
        return buffer("AAAA" + hex).readerIndex(2);
    }

    static String written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return ByteBufUtil.hexDump(out);
    }

    static String compact(String hex) {
        return HexFormat.of().formatHex(bytes(hex));
    }

    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** A STRING. */
    static String string(String text) {
        return written(out -> {
            Varint.write(out, text.getBytes(UTF_8).length);
            out.writeBytes(text.getBytes(UTF_8));
        });
    }

    /** One pair of a KV-LIST. */
    static String kv(String key, String value) {
        return string(key) + compact(value);
    }
}
