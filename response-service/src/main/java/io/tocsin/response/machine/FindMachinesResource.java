package io.tocsin.response.machine;

import io.quarkus.security.ForbiddenException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.Answers;
import io.tocsin.response.ResponseProblem;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.FunctionArguments;
import io.tocsin.wire.IpLiteral;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;

/// Machines by what they had: an address at a time, a tag (contract 20 §2).
@Path("/api/machines")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class FindMachinesResource {

    private static final long QUARTER = 15 * 60;
    private static final long DAY = 86_400;

    private final MachineService machines;
    private final CurrentCaller caller;
    private final Answers answers;
    private final FunctionArguments arguments;

    FindMachinesResource(MachineService machines, CurrentCaller caller, Answers answers, FunctionArguments arguments) {
        this.machines = machines;
        this.caller = caller;
        this.answers = answers;
        this.arguments = arguments;
    }

    @GET
    @Path("/findbyip")
    @Requires(Permission.MACHINE_READ)
    public CollectionBody<Object> byIp() {
        return list(had("ip", QUARTER)).body();
    }

    /// The old form: 16 minutes, applications only, 404 when there is none.
    @GET
    @Path("/find")
    @Requires(Permission.MACHINE_READ)
    public CollectionBody<Object> byKey() {
        if (caller.get().user()) {
            throw new ForbiddenException("It is for applications only");
        }
        Found found = list(had("key", QUARTER + 60));
        if (found.none()) {
            throw new ProblemException(ResponseProblem.MACHINE_NOT_FOUND, "No machine had the address at that time");
        }
        return found.body();
    }

    @GET
    @Path("/findbytag")
    @Requires(Permission.MACHINE_READ)
    public CollectionBody<Object> byTag(
            @QueryParam("tag") String tag, @QueryParam("useStartsWithFilter") String startsWith) {
        if (tag == null || tag.isBlank()) {
            throw new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, "tag argument is missing");
        }
        String wanted = startsWith == null ? "false" : startsWith.strip();
        if (!wanted.equalsIgnoreCase("true") && !wanted.equalsIgnoreCase("false")) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "useStartsWithFilter is neither true nor false");
        }
        return list(MachineSelection.ofTag(tag.strip(), wanted.equalsIgnoreCase("true")))
                .body();
    }

    private MachineSelection had(String name, long seconds) {
        UUID tenant = caller.get().tenant();
        String ip = argument(name).strip();
        if (!IpLiteral.isOne(ip)) {
            throw new ProblemException(CommonProblem.INVALID_IP_ADDRESS, "'" + ip + "' is not an IP address");
        }
        WireTime time = time(argument("timestamp"));
        WireTime now = WireTime.now();
        if (time.compareTo(now.plusSeconds(-30 * DAY)) < 0 || time.compareTo(now.plusSeconds(DAY)) > 0) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "timestamp is not in the last 30 days");
        }
        return MachineSelection.ofAddress(
                tenant, IpLiteral.spellings(ip), time.plusSeconds(-seconds), time.plusSeconds(seconds));
    }

    private String argument(String name) {
        return arguments
                .get(name)
                .filter(value -> !value.isBlank())
                .orElseThrow(() ->
                        new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, name + " argument is missing"));
    }

    private static WireTime time(String text) {
        try {
            return WireTime.parse(text);
        } catch (IllegalArgumentException notATime) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, notATime.getMessage());
        }
    }

    private record Found(CollectionBody<Object> body, boolean none) {}

    private Found list(MachineSelection selection) {
        var query = answers.query(MachineService.MODEL);
        MachineService.Page page = machines.listOf(caller.get(), selection, query);
        return new Found(
                answers.page("Machines", query, page.machines(), page.count()),
                page.machines().isEmpty());
    }
}
