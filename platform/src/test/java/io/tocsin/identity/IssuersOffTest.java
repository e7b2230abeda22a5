package io.tocsin.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuersOffTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quarkus.oidc.primary.tenant-enabled",
                "quarkus.oidc.client.tenant-enabled",
                "quarkus.oidc.\"login.corp.example\".tenant-enabled",
                "quarkus.oidc.tenant-enabled"
            })
    void shouldAskNoIssuerWhenTheProcessIsACommand(String issuer) {
        assertThat(config("migrate", issuer).getValue(issuer, Boolean.class)).isFalse();
        assertThat(config("prod", issuer).getValue(issuer, Boolean.class)).isTrue();
    }

    private static SmallRyeConfig config(String profile, String issuer) {
        return new SmallRyeConfigBuilder()
                .withProfile(profile)
                .addDefaultInterceptors()
                .addDiscoveredInterceptors()
                .withSources(new PropertiesConfigSource(
                        Map.of("%migrate.tocsin.command", "true", issuer, "true"), "test", 100))
                .build();
    }
}
