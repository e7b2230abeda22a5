package io.tocsin.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/// Starts PostgreSQL and the issuer for the tests of one service and points the service at them:
/// `@WithTestResource(value = PlatformResource.class, initArgs = @ResourceArg(name = "service", value =
/// "alert-service"))`.
public final class PlatformResource implements QuarkusTestResourceLifecycleManager {

    private String service;
    private TestPostgres postgres;
    private TestIssuer issuer;

    @Override
    public void init(Map<String, String> arguments) {
        service = arguments.get("service");
    }

    @Override
    public Map<String, String> start() {
        postgres = TestPostgres.start();
        issuer = TestIssuer.start();
        System.setProperty(TestDatabase.URL_PROPERTY, postgres.url());
        Tokens.use(issuer);
        var config = new HashMap<String, String>();
        config.put("quarkus.datasource.jdbc.url", postgres.url());
        config.put("quarkus.datasource.username", TestPostgres.login(service));
        config.put("quarkus.datasource.password", TestPostgres.password());
        config.put("quarkus.oidc.primary.auth-server-url", issuer.url());
        config.put("quarkus.oidc-client.auth-server-url", issuer.url());
        config.put("quarkus.oidc-client.client-id", service);
        config.put("quarkus.oidc-client.credentials.secret", "test");
        config.put("tocsin.token.endpoint", issuer.url() + "/token");
        config.put("tocsin.identity.default-tenant", Tokens.TENANT);
        config.put("tocsin.identity.tenants", Tokens.OTHER_TENANT);
        return config;
    }

    @Override
    public void stop() {
        if (issuer != null) {
            issuer.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }
}
