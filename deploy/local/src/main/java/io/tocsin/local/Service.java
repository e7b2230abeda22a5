package io.tocsin.local;

import java.nio.file.Path;

/// The three services, named as their modules, their routes in prefixes.csv and their clients in the realm.
enum Service {
    ALERT("alert-service", "tocsin_alert", "alert_service"),
    RESPONSE("response-service", "tocsin_response", "response_service"),
    INDICATOR("indicator-service", "tocsin_indicator", "indicator_service");

    private final String label;
    private final String groupRole;
    private final String loginRole;

    Service(String label, String groupRole, String loginRole) {
        this.label = label;
        this.groupRole = groupRole;
        this.loginRole = loginRole;
    }

    static Service named(String label) {
        for (var service : values()) {
            if (service.label.equals(label)) {
                return service;
            }
        }
        throw new IllegalArgumentException("no service is called " + label);
    }

    String label() {
        return label;
    }

    /// The role of the migrations that may write this service's tables.
    String groupRole() {
        return groupRole;
    }

    /// The role the service logs in with.
    String loginRole() {
        return loginRole;
    }

    Path runnable(Path root) {
        return root.resolve(label).resolve("target/quarkus-app/quarkus-run.jar");
    }
}
