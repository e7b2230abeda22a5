package io.tocsin.alert.investigation;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// `/v1/investigation-policies` (docs/api.md): all of a tenant's policies at once.
@Path("/v1/investigation-policies")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class InvestigationPolicyResource {

    private final InvestigationPolicyService policies;
    private final CurrentCaller caller;

    InvestigationPolicyResource(InvestigationPolicyService policies, CurrentCaller caller) {
        this.policies = policies;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.SECURITY_CONFIGURATION_READ)
    public InvestigationPoliciesView get() {
        return policies.get(caller.get().tenant());
    }

    @PUT
    @Requires(Permission.SECURITY_CONFIGURATION_READ_WRITE)
    public InvestigationPoliciesView put(@Valid @NotNull InvestigationPolicies wanted) {
        return policies.put(caller.get(), wanted);
    }
}
