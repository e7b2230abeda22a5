package io.tocsin.wire;

import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;

/// Gives the envelope to an error the framework answered by itself, without an exception that a mapper could see: a
/// body of
/// no length whose content type nothing reads, for example. The empty 404 and 405 stay as recorded.
@Provider
public class BareErrors implements ContainerResponseFilter {

    private static final Set<Integer> RECORDED_EMPTY = Set.of(404, 405);

    @Inject
    RoutingContext request;

    @Override
    public void filter(ContainerRequestContext in, ContainerResponseContext out) {
        int status = out.getStatus();
        if (status >= 400 && !out.hasEntity() && !RECORDED_EMPTY.contains(status)) {
            ProblemType type = status < 500 ? CommonProblem.BAD_REQUEST : CommonProblem.INTERNAL_SERVER_ERROR;
            out.setEntity(
                    ErrorBody.of(type, type.title(), RequestId.of(request)), null, MediaType.APPLICATION_JSON_TYPE);
        }
    }
}
