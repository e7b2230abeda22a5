package io.tocsin.helm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Helm's own record of a release, a Secret, which its client sends as protobuf whatever the server takes.
final class ProtobufSecret {

    private static final byte[] MAGIC = {'k', '8', 's', 0};

    // Numbers of the fields, from Kubernetes' generated.proto files.
    private static final int ENVELOPE_RAW = 2;
    private static final int SECRET_METADATA = 1;
    private static final int SECRET_DATA = 2;
    private static final int SECRET_TYPE = 3;
    private static final int METADATA_NAME = 1;
    private static final int METADATA_LABELS = 11;

    private ProtobufSecret() {}

    static boolean is(byte[] body) {
        return body.length > MAGIC.length && Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    static ObjectNode asJson(byte[] body) {
        var envelope = fields(Arrays.copyOfRange(body, MAGIC.length, body.length));
        var secret = fields(envelope.get(ENVELOPE_RAW).getFirst());
        var metadata = fields(secret.get(SECRET_METADATA).getFirst());
        var json = new ObjectMapper().createObjectNode();
        json.put("apiVersion", "v1").put("kind", "Secret").put("type", text(secret, SECRET_TYPE));
        json.putObject("metadata").put("name", text(metadata, METADATA_NAME)).put("namespace", Chart.NAMESPACE);
        var labels = json.withObject("/metadata").putObject("labels");
        metadata.getOrDefault(METADATA_LABELS, List.of()).forEach(label -> {
            var entry = fields(label);
            labels.put(text(entry, 1), text(entry, 2));
        });
        var data = json.putObject("data");
        secret.getOrDefault(SECRET_DATA, List.of()).forEach(item -> {
            var entry = fields(item);
            data.put(text(entry, 1), entry.get(2).getFirst());
        });
        return json;
    }

    /// The fields of a message that have a length; the others are passed over.
    private static Map<Integer, List<byte[]>> fields(byte[] message) {
        var fields = new TreeMap<Integer, List<byte[]>>();
        var buffer = ByteBuffer.wrap(message);
        while (buffer.hasRemaining()) {
            var tag = number(buffer);
            switch ((int) (tag & 7)) {
                case 0 -> number(buffer);
                case 1 -> buffer.position(buffer.position() + 8);
                case 2 -> {
                    var bytes = new byte[(int) number(buffer)];
                    buffer.get(bytes);
                    fields.computeIfAbsent((int) (tag >>> 3), field -> new ArrayList<>())
                            .add(bytes);
                }
                case 5 -> buffer.position(buffer.position() + 4);
                default -> throw new IllegalArgumentException("no protobuf: tag " + tag);
            }
        }
        return fields;
    }

    private static long number(ByteBuffer buffer) {
        long number = 0;
        for (var shift = 0; ; shift += 7) {
            var part = buffer.get();
            number |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return number;
            }
        }
    }

    private static String text(Map<Integer, List<byte[]>> fields, int number) {
        return new String(fields.get(number).getFirst(), StandardCharsets.UTF_8);
    }
}
