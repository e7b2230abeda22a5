package io.tocsin.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// Starts PostgreSQL and the issuer for the tests of one service and points the service at them:
/// `@WithTestResource(value = PlatformResource.class, initArgs = @ResourceArg(name = "service", value =
/// "alert-service"))`.
public final class PlatformResource implements QuarkusTestResourceLifecycleManager {

    private String service;
    private TestPostgres postgres;
    private TestIssuer issuer;
    private TestIssuer entra;
    private TestIssuer late;

    @Override
    public void init(Map<String, String> arguments) {
        service = arguments.get("service");
    }

    @Override
    public Map<String, String> start() {
        postgres = TestPostgres.start();
        issuer = TestIssuer.start();
        System.setProperty(TestDatabase.URL_PROPERTY, postgres.url());
        entra = TestIssuer.start(Tokens.ENTRA_ISSUER);
        late = TestIssuer.start().sleep();
        Tokens.use(issuer, entra, late);
        var config = new HashMap<String, String>();
        config.put("quarkus.datasource.jdbc.url", postgres.url());
        config.put("quarkus.datasource.username", TestPostgres.login(service));
        config.put("quarkus.datasource.password", TestPostgres.password());
        config.put("tocsin.secrets.master-keys", TestMasterKeys.folder().toString());
        config.put("tocsin.secrets.pause", "1s");
        // Tests write what happened long ago: what forgets the old runs once at the start, and when a test says so.
        config.put("tocsin.sightings.prune-pause", "1d");
        config.put("tocsin.telemetry.prune-pause", "1d");
        config.put("quarkus.oidc.primary.auth-server-url", issuer.url());
        config.put("quarkus.oidc-client.auth-server-url", issuer.url());
        config.put("quarkus.oidc-client.client-id", service);
        config.put("quarkus.oidc-client.credentials.secret", "test");
        config.put("quarkus.oidc-client.token-path", issuer.url() + "/token");
        config.put("tocsin.token.domains.\"contoso.example\"", Tokens.TENANT);
        config.put("tocsin.identity.default-tenant", Tokens.TENANT);
        config.put("tocsin.identity.tenants", Tokens.OTHER_TENANT);
        further(config, "entra", entra, Tokens.OTHER_TENANT);
        config.put("quarkus.oidc.entra.token.issuer", Tokens.ENTRA_ISSUER);
        further(config, "late", late, Tokens.TENANT);
        // As the environment's QUARKUS_OIDC_CLIENT_… makes it: the same issuer, any audience. It must never be chosen.
        config.put("quarkus.oidc.client.auth-server-url", issuer.url());
        return config;
    }

    /// An issuer beside the primary one, trusted for one tenant only.
    private static void further(Map<String, String> config, String name, TestIssuer issuer, String tenant) {
        config.put("quarkus.oidc." + name + ".auth-server-url", issuer.url());
        config.put("quarkus.oidc." + name + ".token.audience", TestIssuer.AUDIENCE);
        config.put("tocsin.identity.issuers." + name + ".tenants", tenant);
    }

    @Override
    public void stop() {
        Stream.of(issuer, entra, late).filter(Objects::nonNull).forEach(TestIssuer::close);
        if (postgres != null) {
            postgres.close();
        }
    }
}
