package io.tocsin.alert.metadata;

import io.tocsin.identity.Open;
import io.tocsin.wire.Metadata;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// `GET /api/$metadata`: names and types of everything the partner API answers, of all three services (contract 00 §4).
@Path("/api/$metadata")
@Open(because = "it says what every client of the API knows and holds nothing of any tenant")
@Consumes(MediaType.WILDCARD)
public class MetadataResource {

    private static final String DOCUMENT = Metadata.document();

    @GET
    @Produces(MediaType.APPLICATION_XML)
    public RestResponse<String> metadata() {
        return RestResponse.ResponseBuilder.ok(DOCUMENT)
                .header("OData-Version", "4.0")
                .build();
    }
}
