package io.tocsin.testkit;

import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import io.tocsin.identity.Permission;
import java.util.Optional;
import java.util.stream.Stream;

/// In whose name an example makes what its route needs.
///
/// @param tenant the tenant's id
/// @param application the application whose token [#request] carries
/// @param alone the permission the route is about to be called with, when it is called with one alone
public record Tenancy(String tenant, String application, Optional<Permission> alone) {

    /// A request with every permission there is.
    public RequestSpecification request() {
        return request(token());
    }

    /// A request with a bearer credential of its own.
    public RequestSpecification request(String credential) {
        return RestAssured.given()
                .urlEncodingEnabled(false)
                .contentType("application/json")
                .header("Authorization", "Bearer " + credential);
    }

    /// Another tenant, for what belongs to a stranger.
    public Tenancy other() {
        return new Tenancy(Tokens.OTHER_TENANT, application, Optional.empty());
    }

    String token() {
        return Tokens.of(
                tenant,
                application,
                Stream.of(Permission.values()).map(Permission::applicationName).toArray(String[]::new));
    }
}
