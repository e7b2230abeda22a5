package io.tocsin.testkit;

import io.tocsin.identity.Permission;
import java.util.List;
import java.util.Set;

/// One row of the table of endpoints.
///
/// @param service the owner
/// @param method the HTTP method
/// @param path the path, ids in braces
/// @param access what opens it
/// @param application the permissions of which an application needs one
/// @param delegated the permissions of which a person's token needs one; empty when the contract names none
/// @param effect what a valid call does
record Endpoint(
        String service,
        String method,
        String path,
        Access access,
        List<String> application,
        List<String> delegated,
        Effect effect) {

    /// What opens a route.
    enum Access {
        /// A bearer token with a permission.
        TOKEN,
        /// A device's own credential.
        DEVICE,
        /// Something in the body.
        BODY,
        /// Nothing is asked for.
        OPEN
    }

    /// What a valid call does.
    enum Effect {
        /// Nothing that anybody would have to answer for.
        READ,
        /// A change, which leaves a row in the audit.
        CHANGE,
        /// An endpoint's own heartbeat, which leaves none: there are too many, and nobody decided anything.
        REPORT
    }

    /// `METHOD path`.
    String route() {
        return method + " " + path;
    }

    /// The route whatever its case and the names of its ids.
    String shape() {
        return shape(route());
    }

    static String shape(String route) {
        return route.toLowerCase(java.util.Locale.ROOT)
                .replaceAll("\\{[^}]*}", "{}")
                .replaceAll("\\([^)]*\\)", "()");
    }

    /// The service's own, not one of the contract's.
    boolean isOwn() {
        return !path.startsWith("/api/");
    }

    /// Every name an application's token can carry that does not open the route.
    List<String> otherApplicationNames() {
        return java.util.stream.Stream.of(Permission.values())
                .map(Permission::applicationName)
                .filter(name -> opensNone(Permission.ofApplication(List.of(name)), application, true))
                .toList();
    }

    /// Every name a person's token can carry that does not open the route.
    List<String> otherDelegatedNames() {
        return java.util.stream.Stream.of(Permission.values())
                .flatMap(permission -> permission.delegatedName().stream())
                .filter(name -> opensNone(Permission.ofUser(List.of(name)), delegated, false))
                .distinct()
                .toList();
    }

    private static boolean opensNone(Set<Permission> granted, List<String> listed, boolean application) {
        return granted.stream()
                .flatMap(permission -> application
                        ? java.util.stream.Stream.of(permission.applicationName())
                        : permission.delegatedName().stream())
                .noneMatch(listed::contains);
    }
}
