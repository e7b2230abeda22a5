package io.tocsin.response.agent;

import io.quarkus.security.UnauthorizedException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.ChangesNothing;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Open;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.action.ActionStatus;
import io.tocsin.response.action.CommandReported;
import io.tocsin.response.action.Reported;
import io.tocsin.response.action.Uploaded;
import io.tocsin.response.client.alert.TelemetryReport;
import io.tocsin.response.client.indicator.LookedUp;
import io.tocsin.response.file.Blobs;
import io.tocsin.response.indicatorfeed.FeedCursor;
import io.tocsin.response.indicatorfeed.IndicatorPage;
import io.tocsin.response.indicatorfeed.IndicatorPages;
import io.tocsin.wire.MaxBody;
import io.tocsin.wire.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;

/// `/agent/v1` (docs/api.md).
@Path("/agent/v1")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class AgentResource {

    private static final String CREDENTIAL = "the device credential is checked by DeviceAuthentication";
    private static final String CURSOR = "Tocsin-Next-Cursor";
    private static final long ONE_DAY = 86_400;
    private static final long LARGEST_UPLOAD = 8 * 1024 * 1024;

    private final AgentService agents;
    private final ActionService actions;
    private final IndicatorPages indicators;
    private final Blobs blobs;
    private final Devices devices;
    private final LongPoll longPoll;
    private final Deliveries deliveries;
    private final CredentialPulse credentials;
    private final Telemetry telemetry;
    private final Lookups lookups;
    private final CurrentCaller caller;

    AgentResource(
            AgentService agents,
            ActionService actions,
            IndicatorPages indicators,
            Blobs blobs,
            Devices devices,
            LongPoll longPoll,
            Deliveries deliveries,
            CredentialPulse credentials,
            Telemetry telemetry,
            Lookups lookups,
            CurrentCaller caller) {
        this.agents = agents;
        this.actions = actions;
        this.indicators = indicators;
        this.blobs = blobs;
        this.devices = devices;
        this.longPoll = longPoll;
        this.deliveries = deliveries;
        this.credentials = credentials;
        this.telemetry = telemetry;
        this.lookups = lookups;
        this.caller = caller;
    }

    @POST
    @Path("/enrollment-tokens")
    @Idempotent
    @Requires(Permission.MACHINE_READ_WRITE)
    public RestResponse<AgentViews.EnrollmentToken> newToken(@Valid TokenRequest request) {
        Long seconds = request == null ? null : request.expiresInSeconds();
        var token = agents.newToken(caller.get(), Duration.ofSeconds(seconds == null ? ONE_DAY : seconds));
        return RestResponse.status(RestResponse.Status.CREATED, token);
    }

    @GET
    @Path("/enrollment-tokens")
    @Requires(Permission.MACHINE_READ_WRITE)
    public AgentViews.OpenTokens tokens() {
        return agents.openTokens(caller.get());
    }

    @DELETE
    @Path("/enrollment-tokens/{id}")
    @Requires(Permission.MACHINE_READ_WRITE)
    public RestResponse<Void> revokeToken(@PathParam("id") String id) {
        agents.revokeToken(caller.get(), id);
        return RestResponse.noContent();
    }

    @DELETE
    @Path("/machines/{id}")
    @Requires(Permission.MACHINE_READ_WRITE)
    public RestResponse<Void> revoke(@PathParam("id") String id) {
        agents.revoke(caller.get(), id);
        return RestResponse.noContent();
    }

    @POST
    @Path("/credential")
    @Idempotent
    @Open(because = CREDENTIAL)
    @ByDevice
    public RestResponse<AgentViews.Credential> rotate() {
        return RestResponse.status(RestResponse.Status.CREATED, agents.rotate(devices.current()));
    }

    @POST
    @Path("/enroll")
    @Idempotent
    @Open(because = "the one-time token in the body is the credential")
    public RestResponse<AgentViews.Enrolled> enroll(@Valid @NotNull EnrollRequest request) {
        return RestResponse.status(RestResponse.Status.CREATED, agents.enroll(request));
    }

    @POST
    @Path("/checkin")
    @Idempotent
    @Open(because = CREDENTIAL)
    @ByDevice
    public AgentViews.CheckedIn checkIn(@Valid @NotNull CheckInRequest request) {
        return agents.checkIn(devices.current(), request);
    }

    @POST
    @Path("/events")
    @MaxBody(LARGEST_UPLOAD)
    @Idempotent(Idempotent.Effect.IN_CHUNKS)
    @Open(because = CREDENTIAL)
    @ByDevice
    public TelemetryReport events(InputStream lines) throws IOException {
        return telemetry.send(devices.current(), lines);
    }

    @GET
    @Path("/actions")
    @Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
    @Open(because = CREDENTIAL)
    @ByDevice
    public Response actions(@QueryParam("wait") @DefaultValue("0") String wait) {
        return deliveries.answer(devices.current(), wait);
    }

    @POST
    @Path("/actions/{id}/commands/{index}")
    @Idempotent
    @Open(because = CREDENTIAL)
    @ByDevice
    public CommandReported command(
            @PathParam("id") String id, @PathParam("index") int index, @Valid @NotNull CommandRequest request) {
        Device device = devices.current();
        return actions.reportCommand(
                device.tenant(),
                device.machineId(),
                id,
                index,
                request.leaseId(),
                request.status().name(),
                request.errors() == null ? List.of() : request.errors());
    }

    @PUT
    @Path("/actions/{id}/files/{part}")
    @Open(because = CREDENTIAL)
    @ByDevice
    public Uploaded upload(
            @PathParam("id") String id,
            @PathParam("part") String part,
            @QueryParam("leaseId") @DefaultValue("") String lease,
            @QueryParam("at") long at,
            @QueryParam("size") long size,
            byte[] piece) {
        Device device = devices.current();
        return actions.upload(
                device.tenant(), device.machineId(), id, part, lease, at, size, piece == null ? new byte[0] : piece);
    }

    @GET
    @Path("/actions/{id}/library/{index}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Open(because = CREDENTIAL)
    @ByDevice
    public Response library(@PathParam("id") String id, @PathParam("index") int index) {
        Device device = devices.current();
        UUID tenant = device.tenant();
        UUID blob = actions.libraryBlob(tenant, device.machineId(), id, index);
        long size = blobs.size(tenant, blob);
        StreamingOutput content = blobs.open(tenant, blob, size)::to;
        return Response.ok(content).header(HttpHeaders.CONTENT_LENGTH, size).build();
    }

    @POST
    @Path("/actions/{id}/result")
    @Idempotent
    @Open(because = CREDENTIAL)
    @ByDevice
    public Reported result(@PathParam("id") String id, @Valid @NotNull ResultRequest request) {
        Device device = devices.current();
        return actions.report(
                device.tenant(),
                device.machineId(),
                id,
                request.leaseId(),
                ActionStatus.valueOf(request.status().name()),
                request.result(),
                request.message());
    }

    @GET
    @Path("/indicators")
    @Open(because = CREDENTIAL)
    @ByDevice
    public IndicatorPage indicators(
            @QueryParam("cursor") String cursor, @QueryParam("wait") @DefaultValue("0") String wait) {
        Device device = devices.current();
        if (cursor == null) {
            agents.fed(device);
        } else if (device.hasMoved()) {
            throw new ProblemException(ResponseProblem.RESYNC_REQUIRED);
        }
        FeedCursor from = indicators.place(cursor);
        try (CredentialPulse.Watch watch = credentials.watch(device, () -> {})) {
            IndicatorPage told = longPoll.await(
                    wait,
                    () -> indicators.page(device.tenant(), device.recipient(), from),
                    page -> cursor == null || !page.value().isEmpty(),
                    patience -> indicators.awaitChange(device.tenant(), from, patience));
            if (!watch.counts()) {
                throw new UnauthorizedException();
            }
            return told;
        }
    }

    /// Which values may have an indicator, for a device that has no room for all.
    @GET
    @Path("/indicators/filter")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Open(because = CREDENTIAL)
    @ByDevice
    public Response filter() {
        Device device = devices.current();
        Lookups.Filter filter = lookups.filter(device);
        agents.fed(device);
        return Response.ok(filter.bytes(), MediaType.APPLICATION_OCTET_STREAM)
                .header(CURSOR, filter.cursor())
                .build();
    }

    /// Whether one speaks of them, and what it wants done.
    @POST
    @Path("/indicators/match")
    @ChangesNothing(because = "it looks values up; only their number makes it a POST")
    @Open(because = CREDENTIAL)
    @ByDevice
    public LookedUp match(@Valid @NotNull MatchRequest values) {
        return lookups.match(devices.current(), values);
    }
}
