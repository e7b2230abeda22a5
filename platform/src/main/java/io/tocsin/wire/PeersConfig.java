package io.tocsin.wire;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;

/// Where the services find one another inside the cluster: absolute `http` addresses with a port, without a path.
@ConfigMapping(prefix = "tocsin.peers")
interface PeersConfig {

    /// Address of alert-service.
    @WithDefault("http://alert-service:8080")
    URI alertUrl();

    /// Address of response-service.
    @WithDefault("http://response-service:8080")
    URI responseUrl();

    /// Address of indicator-service.
    @WithDefault("http://indicator-service:8080")
    URI indicatorUrl();
}
