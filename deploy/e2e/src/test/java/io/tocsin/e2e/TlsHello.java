package io.tocsin.e2e;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/// The first message of a client that knows one version of TLS, byte by byte: the JDK's own would not offer an old one.
final class TlsHello {

    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;

    private TlsHello() {}

    /// What a server answers: the version it chooses, `0303` for example, or `alert 70`.
    ///
    /// @param version of the protocol: 0x0302 is TLS 1.1, 0x0303 is 1.2
    /// @param suites the cipher suites it offers
    static String answered(int port, int version, int... suites) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(hello(version, suites));
            var in = socket.getInputStream();
            byte[] head = in.readNBytes(5);
            if (head.length < 5) {
                return "nothing";
            }
            byte[] body = in.readNBytes((head[3] & 0xFF) << 8 | head[4] & 0xFF);
            return switch (head[0]) {
                case ALERT -> "alert " + body[1];
                case HANDSHAKE -> HexFormat.of().formatHex(body, 4, 6);
                default -> "no TLS: " + HexFormat.of().formatHex(head);
            };
        }
    }

    private static byte[] hello(int version, int... suites) {
        byte[] extensions = HexFormat.of()
                .parseHex(
                        "000a00080006001700180019" // groups: secp256r1, secp384r1, secp521r1
                                + "000b00020100" // points: uncompressed
                                + "000d000a00080403050308040401"); // signatures: ECDSA and RSA with SHA-256 and more
        var body = ByteBuffer.allocate(512)
                .putShort((short) version)
                .put(new byte[32])
                .put((byte) 0)
                .putShort((short) (2 * suites.length));
        for (int suite : suites) {
            body.putShort((short) suite);
        }
        body.put(new byte[] {1, 0}).putShort((short) extensions.length).put(extensions);
        int length = body.position();
        return ByteBuffer.allocate(9 + length)
                .put(new byte[] {HANDSHAKE, 3, 1})
                .putShort((short) (4 + length))
                .putInt(1 << 24 | length)
                .put(body.array(), 0, length)
                .array();
    }
}
