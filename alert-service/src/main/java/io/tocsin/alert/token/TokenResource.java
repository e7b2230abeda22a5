package io.tocsin.alert.token;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.Open;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.MaxBody;
import io.tocsin.wire.RequestId;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// The token routes of contract 00 §2, both versions. Some clients send the form in the body of a GET, some without a
/// content type (wire-facts §6); both are read.
@Path("/{tenant}/oauth2")
@RunOnVirtualThread
@Open(because = "it is where a token is asked for; the issuer checks the client's secret")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class TokenResource {

    private static final long LARGEST_FORM = 16 * 1024;
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private final TokenService tokens;
    private final CallerUri uri;
    private final RoutingContext request;

    TokenResource(TokenService tokens, CallerUri uri, RoutingContext request) {
        this.tokens = tokens;
        this.uri = uri;
        this.request = request;
    }

    @POST
    @Path("/token")
    @MaxBody(LARGEST_FORM)
    public Response v1(
            @PathParam("tenant") String tenant,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            InputStream body)
            throws IOException {
        try {
            TokenForm form = form(body, authorization);
            IssuedToken token = tokens.issue(tenant, form, audience(form), uri.origin());
            return answer(TokenV1View.of(token, form.get("resource")));
        } catch (TokenRefusal refusal) {
            return answer(refusal);
        }
    }

    @GET
    @Path("/token")
    @MaxBody(LARGEST_FORM)
    public Response v1InBodyOfGet(
            @PathParam("tenant") String tenant,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            InputStream body)
            throws IOException {
        return v1(tenant, authorization, body);
    }

    @POST
    @Path("/v2.0/token")
    @MaxBody(LARGEST_FORM)
    public Response v2(
            @PathParam("tenant") String tenant,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            InputStream body)
            throws IOException {
        try {
            TokenForm form = form(body, authorization);
            return answer(TokenV2View.of(tokens.issue(tenant, form, audience(form), uri.origin())));
        } catch (TokenRefusal refusal) {
            return answer(refusal);
        }
    }

    @GET
    @Path("/v2.0/token")
    @MaxBody(LARGEST_FORM)
    public Response v2InBodyOfGet(
            @PathParam("tenant") String tenant,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            InputStream body)
            throws IOException {
        return v2(tenant, authorization, body);
    }

    private static TokenForm form(InputStream body, String authorization) throws IOException, TokenRefusal {
        String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
        try {
            return TokenForm.of(text, authorization);
        } catch (IllegalArgumentException brokenEscape) {
            throw new TokenRefusal(TokenProblem.INVALID_REQUEST, "The request body is not a form.");
        }
    }

    private static String audience(TokenForm form) {
        return form.get("resource").isBlank() ? form.get("scope") : form.get("resource");
    }

    private static Response answer(Object token) {
        return Response.ok(token).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }

    private Response answer(TokenRefusal refusal) {
        TokenProblem problem = refusal.problem();
        String id = RequestId.of(request);
        return Response.status(problem.status())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(new TokenErrorView(
                        problem.error(),
                        "AADSTS" + problem.number() + ": " + refusal.getMessage() + " Trace ID: " + id,
                        List.of(problem.number()),
                        SECONDS.format(Instant.now()),
                        id,
                        id))
                .build();
    }
}
