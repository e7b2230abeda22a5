package io.tocsin.alert.metadata;

import io.tocsin.identity.Open;
import io.tocsin.wire.OpenApi;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// `GET /v1/openapi/alert-service`: every route of this service, for people and for generators of clients
/// (docs/adr/017).
@Path("/v1/openapi/alert-service")
@Open(because = "it is the public reference and holds nothing of any tenant")
@Consumes(MediaType.WILDCARD)
public class OpenApiResource {

    private static final String DOCUMENT = OpenApi.document();

    @GET
    @Produces(OpenApi.TYPE)
    public String document() {
        return DOCUMENT;
    }
}
