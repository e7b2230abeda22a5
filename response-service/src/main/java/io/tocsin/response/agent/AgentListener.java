package io.tocsin.response.agent;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tocsin.wire.RequestId;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// Makes the TLS listener the agents' own: it asks for a certificate while the connection is made, and serves nothing
/// but `/agent`, so that what stands before the services need not let partners or people near it.
@ApplicationScoped
public class AgentListener implements HttpServerOptionsCustomizer {

    /// Before the path is read, since a request for another service would be handed on there.
    private static final int BEFORE_THE_PATH = 11_000;

    private static final String CHANNEL = "/agent/";

    private final AgentConfig config;

    AgentListener(AgentConfig config) {
        this.config = config;
    }

    /// Not by `quarkus.http.ssl.client-auth`, which is fixed when the service is built and would make a certificate an
    /// identity beside the token's.
    ///
    /// @throws ConfigurationException when certificates are asked for and nothing could check one
    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        if (config.mutualTls() == MutualTls.OFF) {
            return;
        }
        if (options.getKeyCertOptions() == null || options.getTrustOptions() == null) {
            throw new ConfigurationException(
                    "tocsin.agents.mutual-tls needs a TLS listener with a key store and a trust store:"
                            + " set quarkus.http.tls-configuration-name and both of that quarkus.tls configuration");
        }
        options.setClientAuth(ClientAuth.REQUIRED);
    }

    void register(@Observes Filters filters) {
        if (config.mutualTls() != MutualTls.OFF) {
            filters.register(AgentListener::handle, BEFORE_THE_PATH);
        }
    }

    private static void handle(RoutingContext request) {
        if (isFor(request) && !String.valueOf(request.request().path()).startsWith(CHANNEL)) {
            request.response()
                    .setStatusCode(404)
                    .putHeader(RequestId.HEADER, RequestId.of(request))
                    .end();
        } else {
            request.next();
        }
    }

    /// Asks the connection: what the request says of itself, a proxy or a caller may have written.
    static boolean isFor(RoutingContext request) {
        return request.request().connection().isSsl();
    }
}
