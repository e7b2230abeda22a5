package io.tocsin.alert.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// What a token library asks of an authority it has never heard of.
@RegisterForReflection
record InstanceView(
        @JsonProperty("tenant_discovery_endpoint") String tenantDiscoveryEndpoint,

        @JsonProperty("api-version") String apiVersion,

        List<Host> metadata) {

    /// The hosts whose tokens may be kept together: this one alone.
    @RegisterForReflection
    record Host(
            @JsonProperty("preferred_network") String preferredNetwork,

            @JsonProperty("preferred_cache") String preferredCache,

            List<String> aliases) {}

    static InstanceView of(String tenantDiscoveryEndpoint, String host) {
        return new InstanceView(tenantDiscoveryEndpoint, "1.1", List.of(new Host(host, host, List.of(host))));
    }
}
