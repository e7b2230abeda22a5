package io.tocsin.response.investigation;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/// A tenant's policy of remediations.
@ApplicationScoped
class RemediationPolicyRepository {

    private final Statements statements;

    RemediationPolicyRepository(Statements statements) {
        this.statements = statements;
    }

    RemediationPolicy of(UUID tenant) {
        return statements
                .list(
                        """
                        select four_eyes, server_approvals, share_verdicts, share_days, last_updated_by, last_update_ticks
                        from remediation_policy where tenant_id = ?
                        """,
                        row -> new RemediationPolicy(
                                row.getBoolean("four_eyes"),
                                row.getInt("server_approvals"),
                                row.getBoolean("share_verdicts"),
                                row.getInt("share_days"),
                                row.getString("last_updated_by"),
                                Statements.time(row, "last_update_ticks")),
                        tenant)
                .stream()
                .findFirst()
                .orElse(RemediationPolicy.NONE);
    }

    void put(UUID tenant, RemediationPolicy wanted, String by) {
        statements.update(
                """
                insert into remediation_policy (tenant_id, four_eyes, server_approvals, share_verdicts, share_days,
                    last_updated_by, last_update_ticks)
                values (?, ?, ?, ?, ?, ?, ?) on conflict (tenant_id) do update set four_eyes = excluded.four_eyes,
                    server_approvals = excluded.server_approvals, share_verdicts = excluded.share_verdicts,
                    share_days = excluded.share_days, last_updated_by = excluded.last_updated_by,
                    last_update_ticks = greatest(excluded.last_update_ticks, remediation_policy.last_update_ticks + 1)
                """,
                tenant,
                wanted.fourEyes(),
                wanted.serverApprovals(),
                wanted.shareVerdicts(),
                wanted.shareDays(),
                by,
                WireTime.now().ticks());
    }
}
