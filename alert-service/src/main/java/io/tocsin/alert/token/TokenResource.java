package io.tocsin.alert.token;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.Open;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.MaxBody;
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

/// The token routes of contract 00 §2, both versions. Some clients send the form in the body of a GET, some without a
/// content type (wire-facts §6); both are read.
@Path("/{tenant}/oauth2")
@RunOnVirtualThread
@Open(because = "it is where a token is asked for; the issuer checks the client's secret")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class TokenResource {

    private static final long LARGEST_FORM = 16 * 1024;

    private final TokenService tokens;
    private final TokenAnswers answers;
    private final CallerUri uri;
    private final TokenMeters meters;

    TokenResource(TokenService tokens, TokenAnswers answers, CallerUri uri, TokenMeters meters) {
        this.tokens = tokens;
        this.answers = answers;
        this.uri = uri;
        this.meters = meters;
    }

    @POST
    @Path("/token")
    @MaxBody(LARGEST_FORM)
    public Response v1(
            @PathParam("tenant") String tenant,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            InputStream body)
            throws IOException {
        String text = text(body);
        return answers.of(meters.counted(() -> {
            TokenForm form = form(text, authorization);
            return TokenV1View.of(issue(tenant, form), form.get("resource"));
        }));
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
        String text = text(body);
        return answers.of(meters.counted(() -> TokenV2View.of(issue(tenant, form(text, authorization)))));
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

    private IssuedToken issue(String tenant, TokenForm form) throws TokenRefusal {
        String audience = form.get("resource").isBlank() ? form.get("scope") : form.get("resource");
        return tokens.issue(tenant, form, answers.address(), audience, uri.origin());
    }

    private static String text(InputStream body) throws IOException {
        return body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static TokenForm form(String text, String authorization) throws TokenRefusal {
        try {
            return TokenForm.of(text, authorization);
        } catch (IllegalArgumentException brokenEscape) {
            throw new TokenRefusal(TokenProblem.INVALID_REQUEST, "The request body is not a form.");
        }
    }
}
