package io.tocsin.indicator.registry;

import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Whether a person reaches the device groups indicators are limited to (contract 50 §2).
@ApplicationScoped
class GroupReach {

    private static final String REACHED =
            "select id::text, lower(name) from device_group where tenant_id = ? and id = any(cast(? as int[]))";

    private final Statements statements;
    private final DeviceScopes scopes;

    GroupReach(Statements statements, DeviceScopes scopes) {
        this.statements = statements;
        this.scopes = scopes;
    }

    /// @throws ProblemException 403 when one is for a group that is closed to the caller
    void requireReached(Caller caller, Collection<IndicatorEntity> indicators) {
        DeviceScope scope = scopes.of(caller);
        if (scope.isEverything()) {
            return;
        }
        Set<String> reached = new HashSet<>();
        statements.list(
                REACHED,
                row -> reached.add(row.getString(1)) | reached.add(row.getString(2)),
                scope.parameters(caller.tenant()).toArray());
        for (IndicatorEntity it : indicators) {
            boolean closed = it.rbacGroupIds.stream().anyMatch(id -> !reached.contains(id))
                    || it.rbacGroupNames.stream().anyMatch(name -> !reached.contains(name.toLowerCase(Locale.ROOT)));
            if (closed) {
                throw new ProblemException(
                        CommonProblem.FORBIDDEN, "A device group of indicator " + it.id + " is closed to the caller");
            }
        }
    }
}
