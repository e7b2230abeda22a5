package io.tocsin.alert.investigation;

import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.feed.ChangeLog;
import io.tocsin.alert.ingest.AlertRaisedByReference;
import io.tocsin.audit.Audit;
import io.tocsin.feed.FeedPlaces;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.util.Map;
import java.util.UUID;

/// The policies of a tenant.
@ApplicationScoped
class InvestigationPolicyService {

    private final InvestigationRepository investigations;
    private final FeedPlaces places;
    private final DeviceScopes scopes;
    private final Audit audit;

    InvestigationPolicyService(
            InvestigationRepository investigations, FeedPlaces places, DeviceScopes scopes, Audit audit) {
        this.investigations = investigations;
        this.places = places;
        this.scopes = scopes;
        this.audit = audit;
    }

    @Transactional
    InvestigationPoliciesView get(UUID tenant) {
        return investigations.policies(tenant).orElse(InvestigationPoliciesView.USUAL);
    }

    /// From a tenant's first alert by reference on its alerts are held against policies. Its own change comes later
    /// than
    /// the place, as the transaction is still open.
    void begin(@Observes AlertRaisedByReference raised) {
        UUID tenant = raised.tenant();
        if (investigations.place(tenant).isEmpty()) {
            investigations.begin(tenant, places.end(ChangeLog.TABLE, tenant));
        }
    }

    /// Puts these in the place of those there are. The first ones look at alerts from now on.
    @Transactional
    InvestigationPoliciesView put(Caller caller, InvestigationPolicies wanted) {
        if (!scopes.of(caller).isEverything()) {
            throw new ProblemException(
                    AlertProblem.POLICY_BEYOND_REACH, "Policies act on machines of device groups closed to the caller");
        }
        UUID tenant = caller.tenant();
        investigations.lock(tenant);
        InvestigationPoliciesView before = get(tenant);
        if (before.isOff()) {
            investigations.forgetPlace(tenant);
        }
        if (investigations.place(tenant).isEmpty()) {
            investigations.begin(tenant, places.end(ChangeLog.TABLE, tenant));
        }
        investigations.put(tenant, wanted, caller.name());
        InvestigationPoliciesView after = get(tenant);
        audit.record(
                tenant,
                caller.name(),
                "investigation-policy.update",
                "investigation-policies",
                Map.of("before", detail(before), "after", detail(after)));
        return after;
    }

    private static Map<String, Object> detail(InvestigationPoliciesView policies) {
        return Map.of(
                "value", policies.value(),
                "perHour", policies.perHour(),
                "alertsByReference", policies.alertsByReference());
    }
}
