package io.tocsin.idempotency;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Gives the recorded answer again, byte for byte, and says that it is one.
public class ReplayMapper {

    static final String REPLAYED = "Idempotency-Replayed";

    @ServerExceptionMapper
    public Response replay(ReplayException replay) {
        Answer answer = replay.answer();
        Response.ResponseBuilder again = Response.status(answer.status()).header(REPLAYED, "true");
        answer.headers().forEach(again::header);
        if (answer.body().length > 0) {
            again.header(HttpHeaders.CONTENT_TYPE, Answer.JSON).entity(answer.body());
        }
        return again.build();
    }
}
