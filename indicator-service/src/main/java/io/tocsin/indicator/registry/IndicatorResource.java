package io.tocsin.indicator.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.Answers;
import io.tocsin.wire.BatchBound;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.EntityBody;
import io.tocsin.wire.MaxBody;
import io.tocsin.wire.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/// `/api/indicators` (contract 50 §2).
@Path("/api/indicators")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class IndicatorResource {

    private static final int MOST_ITEMS = 500;
    private static final long LARGEST_IMPORT = 8 * 1024 * 1024;
    private static final String IMPORT_RESULT = "Collection(microsoft.windowsDefenderATP.api.ImportIndicatorResult)";

    private final IndicatorService indicators;
    private final CurrentCaller caller;
    private final CallerUri uri;
    private final Answers answers;
    private final ObjectMapper json;

    IndicatorResource(
            IndicatorService indicators, CurrentCaller caller, CallerUri uri, Answers answers, ObjectMapper json) {
        this.indicators = indicators;
        this.caller = caller;
        this.uri = uri;
        this.answers = answers;
        this.json = json;
    }

    @GET
    @Requires(Permission.TI_READ_WRITE)
    public CollectionBody<Object> list() {
        var query = answers.query(IndicatorService.MODEL);
        IndicatorService.Page page = indicators.list(caller.get(), query);
        return answers.page("Indicators", query, page.indicators(), page.count());
    }

    @GET
    @Path("/$count")
    @Produces(MediaType.TEXT_PLAIN)
    @Requires(Permission.TI_READ_WRITE)
    public String count() {
        return Long.toString(indicators.count(caller.get(), answers.query(IndicatorService.MODEL)));
    }

    @POST
    @Requires(Permission.TI_READ_WRITE)
    public EntityBody<IndicatorView> submit(@NotNull SubmitIndicatorRequest request) {
        return new EntityBody<>(uri.context("Indicators/$entity"), indicators.submit(caller.get(), request));
    }

    @DELETE
    @Path("/{id}")
    @Requires(Permission.TI_READ_WRITE)
    public RestResponse<Void> delete(@PathParam("id") String id) {
        indicators.delete(caller.get(), id);
        return RestResponse.noContent();
    }

    @POST
    @Path("/import")
    @MaxBody(LARGEST_IMPORT)
    @Requires(Permission.TI_READ_WRITE)
    public CollectionBody<ImportResult> importAll(@Valid @NotNull ImportRequest request) {
        List<JsonNode> items = request.indicators();
        BatchBound.check(items.size(), MOST_ITEMS, "indicators");
        return new CollectionBody<>(
                uri.context(IMPORT_RESULT), null, items.stream().map(this::item).toList(), null);
    }

    private ImportResult item(JsonNode item) {
        String value = item == null ? null : item.path("indicatorValue").asText(null);
        try {
            if (item == null || !item.isObject()) {
                throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "An indicator is a JSON object");
            }
            SubmitIndicatorRequest request = json.treeToValue(item, SubmitIndicatorRequest.class);
            value = request.indicatorValue();
            return new ImportResult(Long.toString(indicators.store(caller.get(), request)), value, false, null);
        } catch (ProblemException refused) {
            return new ImportResult(null, value, true, refused.getMessage());
        } catch (JsonProcessingException wrong) {
            return new ImportResult(null, value, true, "A property has a value that is not acceptable");
        }
    }
}
