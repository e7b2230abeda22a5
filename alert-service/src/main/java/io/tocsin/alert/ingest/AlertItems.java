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
    private final AlertReader reader;

    AlertItems(ExternalAlerts alerts, AlertReader reader) {
        this.alerts = alerts;
        this.reader = reader;
    }

    ItemView.Items submit(ExternalAlerts.Sender sender, JsonNode array) {
        var views = new ItemView[array.size()];
        var positions = new ArrayList<Integer>(array.size());
        var submissions = new ArrayList<Submission>(array.size());
        for (int index = 0; index < array.size(); index++) {
            try {
                submissions.add(alerts.submission(sender, reader.read(array.get(index))));
                positions.add(index);
            } catch (ProblemException refused) {
                views[index] = refused(index, array, refused);
            }
        }
        List<Outcome> outcomes = alerts.store(sender, submissions);
        for (int i = 0; i < outcomes.size(); i++) {
            views[positions.get(i)] = view(positions.get(i), array, outcomes.get(i));
        }
        return new ItemView.Items(List.of(views));
    }

    private static ItemView view(int index, JsonNode array, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored stored ->
                new ItemView(index, reference(array, index), stored.id(), stored.created() ? 201 : 200, null);
            case Outcome.Refused refused -> refused(index, array, refused.problem());
            case Outcome.Failed failed -> {
                if (AlertBatches.isAway(failed.fault())) {
                    throw failed.fault();
                }
                yield refused(
                        index,
                        array,
                        new ProblemException(
                                CommonProblem.INTERNAL_SERVER_ERROR, CommonProblem.INTERNAL_SERVER_ERROR.title()));
            }
        };
    }

    private static ItemView refused(int index, JsonNode array, ProblemException problem) {
        return new ItemView(
                index, reference(array, index), null, problem.type().status(), ItemView.ItemError.of(problem));
    }

    private static String reference(JsonNode array, int index) {
        return array.get(index).path("sourceRef").asText(null);
    }
}
