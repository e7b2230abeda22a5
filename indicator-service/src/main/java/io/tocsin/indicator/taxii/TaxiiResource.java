package io.tocsin.indicator.taxii;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.Caller;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.indicator.IndicatorProblem;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.MaxBody;
import io.tocsin.wire.ProblemException;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/// `/taxii2`: TAXII 2.1 (docs/api.md).
@Path("/taxii2")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces({TaxiiResource.TAXII, MediaType.APPLICATION_JSON})
public class TaxiiResource {

    static final String TAXII = "application/taxii+json;version=2.1";

    private static final long LARGEST_BODY = 16 * 1024 * 1024;
    private static final int MOST = 1_000;

    private final TaxiiService taxii;
    private final CurrentCaller caller;
    private final CallerUri uri;

    TaxiiResource(TaxiiService taxii, CurrentCaller caller, CallerUri uri) {
        this.taxii = taxii;
        this.caller = caller;
        this.uri = uri;
    }

    @GET
    @Requires({Permission.TI_READ_WRITE_ALL, Permission.TI_READ})
    public Response discovery() {
        String root = uri.origin() + "/taxii2/api/";
        return ok(new TaxiiView.Discovery("Tocsin", "Indicators of this tenant", root, List.of(root)));
    }

    @GET
    @Path("/api")
    @Requires({Permission.TI_READ_WRITE_ALL, Permission.TI_READ})
    public Response root() {
        return ok(new TaxiiView.Root("Indicators", "Indicators of this tenant", List.of(TAXII), LARGEST_BODY));
    }

    @GET
    @Path("/api/collections")
    @Requires({Permission.TI_READ_WRITE_ALL, Permission.TI_READ})
    public Response collections() {
        UUID tenant = caller.get().tenant();
        boolean writes = caller.get().has(Permission.TI_READ_WRITE_ALL);
        return ok(new TaxiiView.Collections(
                taxii.collections(tenant).map(it -> it.view(tenant, writes)).toList()));
    }

    @GET
    @Path("/api/collections/{id}")
    @Requires({Permission.TI_READ_WRITE_ALL, Permission.TI_READ})
    public Response collection(@PathParam("id") String id) {
        UUID tenant = caller.get().tenant();
        return ok(taxii.collection(tenant, id).view(tenant, caller.get().has(Permission.TI_READ_WRITE_ALL)));
    }

    /// What a page is asked for by.
    public static class Asked {

        @QueryParam("added_after")
        public String addedAfter;

        @QueryParam("next")
        public String next;

        @QueryParam("limit")
        @DefaultValue("100")
        public int limit;

        @QueryParam("match[id]")
        public String ids;

        @QueryParam("match[type]")
        public String type;

        @QueryParam("match[version]")
        public String version;

        @QueryParam("match[spec_version]")
        public String spec;
    }

    /// @param more whether there are others behind them
    private record Page(List<TaxiiService.Found> found, boolean more) {

        static Page of(List<TaxiiService.Found> oneMore, int limit) {
            boolean more = oneMore.size() > limit;
            return new Page(more ? oneMore.subList(0, limit) : oneMore, more);
        }

        /// Left out where it would be false, as the standard has it.
        Boolean moreOrNull() {
            return more ? true : null;
        }

        String next() {
            return more ? TaxiiFilter.next(found.getLast()) : null;
        }

        /// Left out where there is none.
        <T> List<T> each(Function<TaxiiService.Found, T> view) {
            return found.isEmpty() ? null : found.stream().map(view).toList();
        }
    }

    @GET
    @Path("/api/collections/{id}/objects")
    @Requires({Permission.TI_READ_WRITE_ALL, Permission.TI_READ})
    public Response objects(@PathParam("id") String id, @BeanParam Asked asked) {
        Page page = page(id, asked);
        return dated(
                new TaxiiView.Envelope(page.moreOrNull(), page.next(), page.each(TaxiiService.Found::object)),
                page.found());
    }

    @GET
    @Path("/api/collections/{id}/manifest")
    @Requires({Permission.TI_READ_WRITE_ALL, Permission.TI_READ})
    public Response manifest(@PathParam("id") String id, @BeanParam Asked asked) {
        Page page = page(id, asked);
        return dated(
                new TaxiiView.Manifest(page.moreOrNull(), page.next(), page.each(TaxiiResource::entry)), page.found());
    }

    private static TaxiiView.Entry entry(TaxiiService.Found it) {
        return new TaxiiView.Entry(
                it.object().path("id").asText(), StixObject.time(it.added()), it.version(), TaxiiCollection.OBJECTS);
    }

    private Page page(String id, Asked asked) {
        TaxiiFilter filter =
                TaxiiFilter.of(asked.addedAfter, asked.next, asked.ids, asked.type, asked.version, asked.spec);
        int limit = bounded(asked.limit);
        return Page.of(oneMore(id, filter, limit), limit);
    }

    /// One more than asked for, where there is one.
    private List<TaxiiService.Found> oneMore(String id, TaxiiFilter filter, int limit) {
        UUID tenant = caller.get().tenant();
        return taxii.page(tenant, taxii.collection(tenant, id), filter, limit + 1);
    }

    private static int bounded(int limit) {
        if (limit < 1) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "limit is at least 1");
        }
        return Math.min(limit, MOST);
    }

    @POST
    @Path("/api/collections/{id}/objects")
    @MaxBody(LARGEST_BODY)
    @Consumes({"application/taxii+json", MediaType.APPLICATION_JSON, MediaType.WILDCARD})
    @Idempotent
    @Requires(Permission.TI_READ_WRITE_ALL)
    public Response store(@PathParam("id") String id, @NotNull JsonNode envelope) {
        Caller sender = caller.get();
        return Response.status(202)
                .entity(taxii.store(sender, taxii.collection(sender.tenant(), id), envelope))
                .type(TAXII)
                .build();
    }

    @GET
    @Path("/api/collections/{id}/objects/{object}")
    @Requires({Permission.TI_READ_WRITE_ALL, Permission.TI_READ})
    public Response object(@PathParam("id") String id, @PathParam("object") String object) {
        List<TaxiiService.Found> found = one(id, object);
        return dated(
                new TaxiiView.Envelope(
                        null,
                        null,
                        found.stream().map(TaxiiService.Found::object).toList()),
                found);
    }

    private List<TaxiiService.Found> one(String id, String object) {
        List<TaxiiService.Found> found = oneMore(id, TaxiiFilter.of(null, null, object, null, null, null), MOST);
        if (found.isEmpty()) {
            throw new ProblemException(IndicatorProblem.INDICATOR_NOT_FOUND, "There is no object " + object);
        }
        return found;
    }

    @GET
    @Path("/api/collections/{id}/objects/{object}/versions")
    @Requires({Permission.TI_READ_WRITE_ALL, Permission.TI_READ})
    public Response versions(@PathParam("id") String id, @PathParam("object") String object) {
        List<TaxiiService.Found> found = one(id, object);
        return dated(
                new TaxiiView.Versions(
                        false, found.stream().map(TaxiiService.Found::version).toList()),
                found);
    }

    @DELETE
    @Path("/api/collections/{id}/objects/{object}")
    @Requires(Permission.TI_READ_WRITE_ALL)
    public Response delete(@PathParam("id") String id, @PathParam("object") String object) {
        Caller sender = caller.get();
        taxii.delete(sender, taxii.collection(sender.tenant(), id), object);
        return Response.ok().build();
    }

    @GET
    @Path("/api/status/{id}")
    @Requires({Permission.TI_READ_WRITE_ALL, Permission.TI_READ})
    public Response status(@PathParam("id") String id) {
        try {
            return ok(taxii.status(caller.get().tenant(), UUID.fromString(id)));
        } catch (IllegalArgumentException none) {
            throw new ProblemException(IndicatorProblem.COLLECTION_NOT_FOUND, "There is no status " + id);
        }
    }

    private static Response ok(Object entity) {
        return Response.ok(entity, TAXII).build();
    }

    private static Response dated(Object entity, List<TaxiiService.Found> found) {
        var answer = Response.ok(entity, TAXII);
        if (!found.isEmpty()) {
            answer.header(
                            "X-TAXII-Date-Added-First",
                            StixObject.time(found.getFirst().added()))
                    .header(
                            "X-TAXII-Date-Added-Last",
                            StixObject.time(found.getLast().added()));
        }
        return answer.build();
    }
}
