package io.tocsin.response.investigation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tocsin.db.Statements;
import io.tocsin.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/// The indicators by which verdicts on files were shared with the fleet (docs/adr/080). Who takes a quarantine back, or
/// does not want it, does not want its file blocked everywhere either.
@ApplicationScoped
class SharedVerdicts {

    /// Takes the indicator of a file away again.
    static final String UNSHARE = "unshare-verdict";

    private final Statements statements;
    private final Outbox outbox;

    SharedVerdicts(Statements statements, Outbox outbox) {
        this.statements = statements;
        this.outbox = outbox;
    }

    /// Whether what a remediation is about was told to the fleet, and still is.
    boolean isShared(UUID tenant, RemediationView it) {
        return it.kind().equals(RemediationKind.QuarantineFile.name())
                && !statements
                        .list(
                                """
                                select 1 from investigation_entity where tenant_id = ? and investigation_id = ? and kind = 'File'
                                  and value_sha256 = sha256_of(?) and shared
                                  and (shared_indicator_id is not null or exists (select from outbox o where o.tenant_id = ?
                                    and o.kind = ? and o.subject = ? and o.state <> 'Dead'))
                                """,
                                row -> row.getInt(1),
                                tenant,
                                Long.parseLong(it.investigationId()),
                                it.target(),
                                tenant,
                                VerdictDelivery.KIND,
                                subject(it))
                        .isEmpty();
    }

    void takeBack(UUID tenant, RemediationView it) {
        if (isShared(tenant, it)) {
            outbox.add(
                    tenant, VerdictDelivery.DESTINATION, UNSHARE, subject(it), JsonNodeFactory.instance.objectNode());
        }
    }

    private static String subject(RemediationView it) {
        return it.investigationId() + "/" + it.target();
    }

    /// That the indicator is there.
    void shared(UUID tenant, long investigation, String sha1, String indicator) {
        statements.update("""
                update investigation_entity set shared_indicator_id = ?
                where tenant_id = ? and investigation_id = ? and kind = 'File' and value_sha256 = sha256_of(?)
                """, indicator, tenant, investigation, sha1);
    }

    /// Whether another investigation relies on the same indicator, or somebody made it his own since: indicator-service
    /// has one of each value and action, whoever of a service's parts asked for it.
    boolean isOthersToo(UUID tenant, String subject, String indicator) {
        String[] parts = subject.split("/", 2);
        return !statements
                .list(
                        """
                        select 1 from investigation_entity where tenant_id = ? and shared_indicator_id = ? and investigation_id <> ?
                        union all
                        select 1 from indicator where tenant_id = ? and id = cast(? as bigint) and not starts_with(title, ?)
                        """,
                        row -> row.getInt(1),
                        tenant,
                        indicator,
                        Long.parseLong(parts[0]),
                        tenant,
                        indicator,
                        VerdictDelivery.title(parts[0]))
                .isEmpty();
    }

    /// That it could not be taken away, and why: somebody has to see to it.
    void notTakenBack(UUID tenant, String subject, String why) {
        String[] parts = subject.split("/", 2);
        statements.update(
                """
                update investigation set status_details = left(concat_ws('; ', status_details, ?), 4000)
                where tenant_id = ? and id = ?
                """,
                "The indicator of " + parts[1] + " could not be taken back: " + why,
                tenant,
                Long.parseLong(parts[0]));
    }

    /// That it is gone.
    void unshared(UUID tenant, String subject) {
        String[] parts = subject.split("/", 2);
        shared(tenant, Long.parseLong(parts[0]), parts[1], null);
    }

    /// The indicator of a file, while it is there.
    Optional<String> indicator(UUID tenant, String subject) {
        String[] parts = subject.split("/", 2);
        return statements.list("""
                        select shared_indicator_id from investigation_entity
                        where tenant_id = ? and investigation_id = ? and kind = 'File' and value_sha256 = sha256_of(?)
                          and shared_indicator_id is not null
                        """, row -> row.getString(1), tenant, Long.parseLong(parts[0]), parts[1]).stream()
                .findFirst();
    }

    /// Whether it is still to be made.
    boolean isOnItsWay(UUID tenant, String subject) {
        return !statements
                .list(
                        "select 1 from outbox where tenant_id = ? and kind = ? and subject = ? and state <> 'Dead'",
                        row -> row.getInt(1),
                        tenant,
                        VerdictDelivery.KIND,
                        subject)
                .isEmpty();
    }
}
