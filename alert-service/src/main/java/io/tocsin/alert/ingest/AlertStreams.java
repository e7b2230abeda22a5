package io.tocsin.alert.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.tocsin.admission.Places;
import io.tocsin.identity.Caller;
import io.tocsin.wire.OpenStreams;
import io.tocsin.wire.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;

/// Takes streams of alerts, so many at once.
@ApplicationScoped
class AlertStreams {

    private final ExternalAlerts alerts;
    private final ObjectMapper json;
    private final RoutingContext request;
    private final OpenStreams open;
    private final Places places;
    private final int chunk;

    AlertStreams(
            ExternalAlerts alerts,
            ObjectMapper json,
            RoutingContext request,
            OpenStreams open,
            IntakeConfig config,
            MeterRegistry registry) {
        this.alerts = alerts;
        this.json = json;
        this.request = request;
        this.open = open;
        this.places = new Places(registry, "alert-streams", config.streams());
        this.chunk = config.batch();
    }

    /// Whoever reads the answer makes the stream be read.
    StreamingOutput byLine(Caller caller, IntakeForm form, InputStream body) {
        begin();
        ExternalAlerts.Sender sender = alerts.sender(caller);
        return out -> {
            var results = new LineResults(out, json);
            try (InputStream lines = open.take(body)) {
                stream(sender, form, results).take(lines);
                results.end();
            } catch (ProblemException ended) {
                results.end(ended);
            }
        };
    }

    /// The whole stream, in numbers.
    StreamView counted(Caller caller, IntakeForm form, InputStream body) {
        begin();
        var results = new CountedResults();
        try (InputStream lines = open.take(body)) {
            stream(alerts.sender(caller), form, results).take(lines);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return results.toView();
    }

    private AlertStream stream(ExternalAlerts.Sender sender, IntakeForm form, AlertStream.Results results) {
        // What a person reaches is asked again for each chunk: a stream may be open for hours.
        Callable<ExternalAlerts.Sender> now = sender.caller().user() ? () -> alerts.again(sender) : () -> sender;
        AlertStream.Form line = text -> {
            SubmitAlertRequest alert = form.read(text);
            return alert == null ? null : alerts.submission(sender, form, alert);
        };
        return new AlertStream(line, now, alerts, chunk, results);
    }

    private void begin() {
        if (!places.take(request)) {
            throw WaitingSubmission.tooMuchToDo();
        }
    }
}
