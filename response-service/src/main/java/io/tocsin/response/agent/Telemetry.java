package io.tocsin.response.agent;

import io.quarkus.logging.Log;
import io.quarkus.oidc.client.OidcClientException;
import io.tocsin.admission.Seat;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.client.alert.TelemetryClient;
import io.tocsin.response.client.alert.TelemetryReport;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.ProblemType;
import io.tocsin.wire.RetryLaterException;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/// Hands telemetry of agents on to alert-service, a few uploads at a time. Nothing is kept here: the agent has it until
/// it is answered.
@ApplicationScoped
public class Telemetry {

    private static final long SHORTEST_PAUSE = 5;
    private static final long LONGEST_PAUSE = 31;

    private final TelemetryClient alerts;
    private final RoutingContext request;
    private final Semaphore uploads;
    private final Uploads arriving;

    Telemetry(@RestClient TelemetryClient alerts, RoutingContext request, AgentConfig config) {
        this.alerts = alerts;
        this.request = request;
        this.uploads = new Semaphore(config.uploads());
        this.arriving = new Uploads(config.uploadBytes().asLongValue());
    }

    /// @throws ProblemException 400 when there is no line
    /// @throws RetryLaterException 429 when as many uploads run as may, or one of the agent;
    /// 503 when alert-service does not take it now
    TelemetryReport send(Device device, InputStream body) throws IOException {
        try (Uploads.Upload upload = arriving.begin(device.agentId())) {
            return send(device, upload.read(body));
        } catch (Uploads.NoRoomException full) {
            throw later(ResponseProblem.TOO_MANY_UPLOADS, pause());
        }
    }

    private TelemetryReport send(Device device, byte[] lines) {
        if (lines.length == 0) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body is missing");
        }
        if (!uploads.tryAcquire()) {
            throw later(ResponseProblem.TOO_MANY_UPLOADS, pause());
        }
        try {
            return Seat.of(request).away(() -> alerts.send(device.tenant(), device.machineId(), lines));
        } catch (WebApplicationException answered) {
            throw refused(answered);
        } catch (ProcessingException | OidcClientException unreachable) { // alert-service, or who gives us tokens
            throw later(CommonProblem.SERVICE_UNAVAILABLE, pause());
        } finally {
            uploads.release();
        }
    }

    /// What alert-service does not take from us is none of the agent's business, but for when to come again.
    private static RetryLaterException refused(WebApplicationException answered) {
        int status = answered.getResponse().getStatus();
        if (status == 401 || status == 403) {
            Log.errorf(
                    "alert-service takes no telemetry from response-service, whose client needs Event.Write: status=%d",
                    status);
        }
        return later(
                CommonProblem.SERVICE_UNAVAILABLE,
                seconds(answered.getResponse().getHeaderString(HttpHeaders.RETRY_AFTER)));
    }

    private static long seconds(String retryAfter) {
        try {
            return retryAfter == null ? pause() : Math.max(1, Long.parseLong(retryAfter.strip()));
        } catch (NumberFormatException notANumber) {
            return pause();
        }
    }

    /// Whoever is told to come later comes at a time of his own.
    private static long pause() {
        return ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE, LONGEST_PAUSE);
    }

    private static RetryLaterException later(ProblemType problem, long seconds) {
        return new RetryLaterException(problem, problem.title(), seconds);
    }
}
