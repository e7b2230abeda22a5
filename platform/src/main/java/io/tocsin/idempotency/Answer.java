package io.tocsin.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestResponse;

/// What a route answered.
///
/// @param headers those a client may rely on
/// @param body the bytes of the wire, empty when there are none
record Answer(int status, Map<String, String> headers, byte[] body) {

    static final String JSON = "application/json;charset=UTF-8";

    private static final List<String> KEPT = List.of(HttpHeaders.LOCATION, HttpHeaders.ETAG, HttpHeaders.CACHE_CONTROL);

    /// What the wire will see of the method's result.
    static Answer of(Object result, ObjectMapper json) {
        return switch (result) {
            case null -> new Answer(204, Map.of(), new byte[0]);
            case Response response -> of(response.getStatus(), response.getStringHeaders(), response.getEntity(), json);
            case RestResponse<?> response ->
                of(response.getStatus(), response.getStringHeaders(), response.getEntity(), json);
            default -> new Answer(200, Map.of(), bytes(result, json));
        };
    }

    private static Answer of(int status, MultivaluedMap<String, String> all, Object entity, ObjectMapper json) {
        var headers = new LinkedHashMap<String, String>();
        for (String name : KEPT) {
            String value = all.getFirst(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return new Answer(status, headers, entity == null ? new byte[0] : bytes(entity, json));
    }

    private static byte[] bytes(Object entity, ObjectMapper json) {
        try {
            return json.writeValueAsBytes(entity);
        } catch (JsonProcessingException unwritable) {
            throw new IllegalStateException("the answer cannot be written", unwritable);
        }
    }

    /// A refusal changes nothing and is not recorded: the request may be mended and sent with the same key.
    boolean isSuccess() {
        return status < 300;
    }
}
