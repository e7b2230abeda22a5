package io.tocsin.indicator.taxii;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// The resources of TAXII 2.1, under their names there; what is null is left out.
final class TaxiiView {

    private TaxiiView() {}

    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Discovery(
            String title,
            String description,
            @JsonProperty("default") String usual,
            @JsonProperty("api_roots") List<String> roots) {}

    @RegisterForReflection
    record Root(
            String title,
            String description,
            List<String> versions,
            @JsonProperty("max_content_length") long longest) {}

    @RegisterForReflection
    record Collections(List<Collection> collections) {}

    @RegisterForReflection
    record Collection(
            String id,
            String title,
            String description,
            String alias,
            @JsonProperty("can_read") boolean readable,
            @JsonProperty("can_write") boolean writable,
            @JsonProperty("media_types") List<String> types) {}

    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Envelope(Boolean more, String next, List<? extends JsonNode> objects) {}

    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Manifest(Boolean more, String next, List<Entry> objects) {}

    @RegisterForReflection
    record Entry(
            String id,
            @JsonProperty("date_added") String added,
            String version,
            @JsonProperty("media_type") String type) {}

    @RegisterForReflection
    record Versions(Boolean more, List<String> versions) {}

    @RegisterForReflection
    record Status(
            String id,
            String status,
            @JsonProperty("request_timestamp") String requested,
            @JsonProperty("total_count") int total,
            @JsonProperty("success_count") int succeeded,
            List<Item> successes,
            @JsonProperty("failure_count") int failed,
            List<Item> failures,
            @JsonProperty("pending_count") int pending,
            List<Item> pendings) {}

    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Item(String id, String version, String message) {}
}
