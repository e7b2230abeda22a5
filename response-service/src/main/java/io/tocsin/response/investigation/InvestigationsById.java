package io.tocsin.response.investigation;

import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Investigations by their ids, for whoever follows changes rather than asks a page.
@ApplicationScoped
public class InvestigationsById {

    public static final EntityModel MODEL = InvestigationService.MODEL;

    private final InvestigationRepository investigations;
    private final DeviceScopes scopes;

    InvestigationsById(InvestigationRepository investigations, DeviceScopes scopes) {
        this.investigations = investigations;
        this.scopes = scopes;
    }

    /// Those in reach that the filter lets through, as they are now.
    public Map<String, InvestigationView> find(Caller caller, ODataQuery filter, Collection<String> ids) {
        return investigations.byId(caller.tenant(), scopes.of(caller), filter, ids).stream()
                .collect(Collectors.toMap(InvestigationView::id, Function.identity()));
    }
}
