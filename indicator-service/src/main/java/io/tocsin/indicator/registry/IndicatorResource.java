package io.tocsin.indicator.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.audit.Audit;
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
import io.tocsin.wire.WireTime;
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
import java.util.ArrayList;
import java.util.Arrays;
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
    private final IndicatorCatalogue catalogue;
    private final IndicatorBatches batches;
    private final Audit audit;

    IndicatorResource(
            IndicatorService indicators,
            IndicatorCatalogue catalogue,
            IndicatorBatches batches,
            Audit audit,
            CurrentCaller caller,
            CallerUri uri,
            Answers answers,
            ObjectMapper json) {
        this.indicators = indicators;
        this.catalogue = catalogue;
        this.batches = batches;
        this.audit = audit;
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
        return new EntityBody<>(
                uri.context("Indicators/$entity"),
                indicators.submit(caller.get(), request, CheckedIndicator.Form.PARTNER));
    }

    /// Beside the contract: a list with `$filter=id eq '…'` does the same.
    @GET
    @Path("/{id}")
    @Requires(Permission.TI_READ_WRITE)
    public EntityBody<IndicatorView> get(@PathParam("id") String id) {
        return new EntityBody<>(uri.context("Indicators/$entity"), catalogue.get(caller.get(), id));
    }

    @POST
    @Path("/BatchDelete")
    @Requires(Permission.TI_READ_WRITE)
    public RestResponse<Void> deleteAll(@Valid @NotNull BatchDeleteRequest request) {
        List<String> ids = request.indicatorIds();
        if (ids.isEmpty()) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "IndicatorIds holds no id");
        }
        BatchBound.check(ids.size(), MOST_ITEMS, "indicators");
        indicators.deleteAll(caller.get(), ids);
        return RestResponse.noContent();
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
        return new CollectionBody<>(uri.context(IMPORT_RESULT), null, stored(items), null);
    }

    private List<ImportResult> stored(List<JsonNode> items) {
        WireTime now = WireTime.now();
        var results = new ImportResult[items.size()];
        var checked = new ArrayList<CheckedIndicator>();
        var positions = new ArrayList<Integer>();
        for (int i = 0; i < results.length; i++) {
            JsonNode item = items.get(i);
            String value = item == null ? null : item.path("indicatorValue").asText(null);
            try {
                SubmitIndicatorRequest request = read(item);
                value = request.indicatorValue();
                checked.add(CheckedIndicator.of(request, now, CheckedIndicator.Form.PARTNER));
                positions.add(i);
            } catch (ProblemException refused) {
                results[i] = new ImportResult(null, value, true, refused.getMessage());
            }
        }
        var order =
                new IndicatorBatch.Order(caller.get(), audit.origin(caller.get().name()), false);
        List<Outcome> outcomes = batches.store(order, checked);
        for (int i = 0; i < outcomes.size(); i++) {
            String value = checked.get(i).request().indicatorValue();
            results[positions.get(i)] = switch (outcomes.get(i)) {
                case Outcome.Stored stored -> new ImportResult(Long.toString(stored.id()), value, false, null);
                case Outcome.Refused refused ->
                    new ImportResult(null, value, true, refused.problem().getMessage());
            };
        }
        return Arrays.asList(results);
    }

    private SubmitIndicatorRequest read(JsonNode item) {
        if (item == null || !item.isObject()) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "An indicator is a JSON object");
        }
        try {
            return json.treeToValue(item, SubmitIndicatorRequest.class);
        } catch (JsonProcessingException wrong) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "A property has a value that is not acceptable");
        }
    }
}
