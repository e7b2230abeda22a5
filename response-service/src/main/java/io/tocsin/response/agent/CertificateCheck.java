package io.tocsin.response.agent;

import io.tocsin.identity.Requires;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ResourceInfo;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Refuses an agent that shows no certificate where it must, before its credential is looked at and before it takes a
/// seat. Whether one is good is the handshake's affair ([AgentListener]). The route that a partner's token opens is
/// none of the agents'.
public class CertificateCheck {

    private final AgentConfig config;
    private final RoutingContext request;

    CertificateCheck(AgentConfig config, RoutingContext request) {
        this.config = config;
        this.request = request;
    }

    @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
    public void check(ResourceInfo resource) {
        if (config.mutualTls() == MutualTls.REQUIRED && isForAgents(resource) && !AgentListener.isFor(request)) {
            throw new ProblemException(
                    CommonProblem.UNAUTHORIZED,
                    "Unauthorized request: an agent must come by mutual TLS, with its client certificate");
        }
    }

    private static boolean isForAgents(ResourceInfo resource) {
        return AgentResource.class.isAssignableFrom(resource.getResourceClass())
                && !resource.getResourceMethod().isAnnotationPresent(Requires.class);
    }
}
