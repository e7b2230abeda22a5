package io.tocsin.indicator.registry;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.nio.ByteBuffer;
import java.util.Base64;

/// Where a list goes on, behind an id. Not signed: whoever makes one up sees what he may see anyway.
final class IdCursor {

    private IdCursor() {}

    static String of(long id) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
    }

    static long read(String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return 0;
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            if (bytes.length == Long.BYTES) {
                return ByteBuffer.wrap(bytes).getLong();
            }
        } catch (IllegalArgumentException notOurs) {
            // refused below
        }
        throw new ProblemException(CommonProblem.INVALID_INPUT, "The cursor is none this list gave out");
    }
}
