package io.tocsin.identity;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import java.util.UUID;

/// Who makes a request, on whose tenant, with what rights.
///
/// @param tenant the tenant all data of the request belongs to
/// @param name the application's id or the user's UPN: `requestor`, `createdBy`, `assignedTo` of what the caller does
/// @param displayName the application's name where its token says it, else `name`
/// @param user whether a person stands behind the token (`scp`), rather than an application alone
/// @param permissions what the token opens, with everything included
/// @param userGroups the user groups a person's token names (`groups`); empty for an application
public record Caller(
        UUID tenant,
        String name,
        String displayName,
        boolean user,
        Set<Permission> permissions,
        Set<String> userGroups) {

    public Caller {
        requireNonNull(tenant);
        requireNonNull(name);
        permissions = Set.copyOf(permissions);
        userGroups = Set.copyOf(userGroups);
    }

    /// Whether the token opens it.
    public boolean has(Permission permission) {
        return permissions.contains(permission);
    }
}
