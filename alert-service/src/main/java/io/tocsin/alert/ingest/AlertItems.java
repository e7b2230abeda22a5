package io.tocsin.alert.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/// Takes an array of alerts, each on its own.
@ApplicationScoped
class AlertItems {

    private final ExternalAlerts alerts;

    AlertItems(ExternalAlerts alerts) {
        this.alerts = alerts;
    }

    ItemView.Items submit(ExternalAlerts.Sender sender, IntakeForm form, JsonNode array) {
        var views = new ItemView[array.size()];
        var positions = new ArrayList<Integer>(array.size());
        var submissions = new ArrayList<Submission>(array.size());
        for (int index = 0; index < array.size(); index++) {
            try {
                SubmitAlertRequest alert = form.read(array.get(index));
                if (alert == null) {
                    views[index] = new ItemView(index, null, null, 204, null);
                } else {
                    submissions.add(alerts.submission(sender, form, alert));
                    positions.add(index);
                }
            } catch (ProblemException refused) {
                views[index] = refused(index, array.get(index).path("sourceRef").asText(null), refused);
            }
        }
        List<Outcome> outcomes = alerts.store(sender, submissions);
        for (int i = 0; i < outcomes.size(); i++) {
            views[positions.get(i)] =
                    view(positions.get(i), submissions.get(i).alert().sourceRef(), outcomes.get(i));
        }
        return new ItemView.Items(List.of(views));
    }

    private static ItemView view(int index, String reference, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored stored ->
                new ItemView(index, reference, stored.id(), stored.created() ? 201 : 200, null);
            case Outcome.Refused refused -> refused(index, reference, refused.problem());
            case Outcome.Failed failed -> {
                if (AlertBatches.isAway(failed.fault())) {
                    throw failed.fault();
                }
                yield refused(
                        index,
                        reference,
                        new ProblemException(
                                CommonProblem.INTERNAL_SERVER_ERROR, CommonProblem.INTERNAL_SERVER_ERROR.title()));
            }
        };
    }

    private static ItemView refused(int index, String reference, ProblemException problem) {
        return new ItemView(index, reference, null, problem.type().status(), ItemView.ItemError.of(problem));
    }
}
