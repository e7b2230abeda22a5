package io.tocsin.alert.audit;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.Answers;
import io.tocsin.wire.CollectionBody;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// `/v1/audit`: who changed what, and the seals that prove nothing of it was altered (docs/audit.md).
@Path("/v1/audit")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public class AuditResource {

    private final AuditService audit;
    private final CurrentCaller caller;
    private final Answers answers;

    AuditResource(AuditService audit, CurrentCaller caller, Answers answers) {
        this.audit = audit;
        this.caller = caller;
        this.answers = answers;
    }

    /// Newest first, at most 1,000 a page; pages go on by `$skiptoken`, so that what is written meanwhile moves none.
    @GET
    @Requires(Permission.AUDIT_READ)
    public CollectionBody<Object> entries() {
        var query = answers.query(AuditService.ENTRIES);
        var page = audit.entries(caller.get().tenant(), query);
        return answers.pageByToken("Audit", query, page.entries(), page.end());
    }

    /// The chain, newest first.
    @GET
    @Path("seals")
    @Requires(Permission.AUDIT_READ)
    public CollectionBody<Object> seals() {
        var query = answers.query(AuditService.SEALS);
        return answers.page("AuditSeals", query, audit.seals(caller.get().tenant(), query), null);
    }
}
