package io.tocsin.alert.token;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.Open;
import io.tocsin.wire.CallerUri;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.stream.Stream;

/// What token libraries ask of an authority before they ask it for a token (wire-facts §6).
@Path("/{tenant}")
@RunOnVirtualThread
@Open(because = "it is asked before there is a token and tells nothing of any tenant")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class DiscoveryResource {

    private final Directory directory;
    private final IssuerDocuments issuer;
    private final TokenAnswers answers;
    private final CallerUri uri;

    DiscoveryResource(Directory directory, IssuerDocuments issuer, TokenAnswers answers, CallerUri uri) {
        this.directory = directory;
        this.issuer = issuer;
        this.answers = answers;
        this.uri = uri;
    }

    @GET
    @Path("/.well-known/openid-configuration")
    public Response v1(@PathParam("tenant") String tenant) {
        return discovery(tenant, "/oauth2/token", "/discovery/keys");
    }

    @GET
    @Path("/v2.0/.well-known/openid-configuration")
    public Response v2(@PathParam("tenant") String tenant) {
        return discovery(tenant, "/oauth2/v2.0/token", "/discovery/v2.0/keys");
    }

    private Response discovery(String tenant, String tokenPath, String keysPath) {
        return answers.of(() -> {
            directory.find(tenant);
            String own = uri.origin() + "/" + tenant;
            return DiscoveryView.of(issuer.discovery(), own + tokenPath, own + keysPath);
        });
    }

    @GET
    @Path("/discovery/keys")
    public Response v1Keys(@PathParam("tenant") String tenant) {
        return keys(tenant);
    }

    @GET
    @Path("/discovery/v2.0/keys")
    public Response v2Keys(@PathParam("tenant") String tenant) {
        return keys(tenant);
    }

    private Response keys(String tenant) {
        return answers.of(() -> {
            directory.find(tenant);
            return issuer.keys();
        });
    }

    /// Points at the discovery document of the tenant in `authorization_endpoint`. Its host is not compared with ours,
    /// which a gateway may have renamed: the answer leads to ourselves whatever it is.
    @GET
    @Path("/discovery/instance")
    public Response instance(
            @PathParam("tenant") String tenant, @QueryParam("authorization_endpoint") String authorizationEndpoint) {
        return answers.of(() -> {
            directory.find(tenant);
            String asked = tenantOf(authorizationEndpoint);
            directory.find(asked);
            return InstanceView.of(
                    uri.origin() + "/" + asked + "/v2.0/.well-known/openid-configuration",
                    uri.origin().replaceFirst("^[a-z]+://", ""));
        });
    }

    private static String tenantOf(String authorizationEndpoint) throws TokenRefusal {
        try {
            return Stream.of(URI.create(authorizationEndpoint == null ? "" : authorizationEndpoint)
                            .getPath()
                            .split("/"))
                    .filter(segment -> !segment.isEmpty())
                    .findFirst()
                    .orElseThrow(IllegalArgumentException::new);
        } catch (IllegalArgumentException | NullPointerException notAnAddress) {
            throw new TokenRefusal(
                    TokenProblem.INVALID_REQUEST,
                    "The request must contain the following parameter: 'authorization_endpoint'.");
        }
    }
}
