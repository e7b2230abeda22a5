package io.tocsin.alert.entity;

import io.tocsin.alert.triage.AlertSelection;
import io.tocsin.alert.triage.AlertService;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.odata.Answers;
import io.tocsin.wire.CollectionBody;
import jakarta.enterprise.context.ApplicationScoped;

/// The alerts of something, as the list of all alerts answers them.
@ApplicationScoped
class EntityAlerts {

    private final AlertService alerts;
    private final CurrentCaller caller;
    private final Answers answers;

    EntityAlerts(AlertService alerts, CurrentCaller caller, Answers answers) {
        this.alerts = alerts;
        this.caller = caller;
        this.answers = answers;
    }

    CollectionBody<Object> of(AlertSelection selection) {
        return of(selection, "Alerts");
    }

    /// @param entitySet as the context names it
    CollectionBody<Object> of(AlertSelection selection, String entitySet) {
        var query = answers.query(AlertService.MODEL);
        AlertService.Page page = alerts.listOf(caller.get(), selection, query);
        return answers.page(entitySet, query, page.alerts(), page.count(), page.shortened());
    }

    String count(AlertSelection selection) {
        return Long.toString(alerts.count(caller.get(), selection, answers.query(AlertService.MODEL)));
    }
}
