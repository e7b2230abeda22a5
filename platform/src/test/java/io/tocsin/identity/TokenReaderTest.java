package io.tocsin.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.security.AuthenticationFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.junit.jupiter.api.Test;

class TokenReaderTest {

    private static final UUID OWN = UUID.fromString("7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10");
    private static final UUID OTHER = UUID.fromString("0b1e5c3a-2f57-4d0e-9a55-6d1c2b3a4f5e");
    private static final UUID PARTNERS = UUID.fromString("33333333-3333-4333-8333-333333333333");
    private static final TokenReader READER = new TokenReader(new IssuerTenants(new Settings()));

    @Test
    void shouldKnowThePersonsGroups() {
        Caller caller =
                read(Map.of("upn", "mia@corp.example", "scp", "Machine.Read", "groups", List.of("soc", "tier1")));

        assertThat(caller.userGroups()).containsExactlyInAnyOrder("soc", "tier1");
        assertThat(caller.user()).isTrue();
        assertThat(caller.name()).isEqualTo("mia@corp.example");
    }

    @Test
    void shouldHaveNoGroupsWhenAnApplicationSpeaks() {
        assertThat(read(Map.of("appid", "app", "groups", List.of("soc"))).userGroups())
                .isEmpty();
        assertThat(read(Map.of("upn", "mia@corp.example", "scp", "Machine.Read"))
                        .userGroups())
                .isEmpty();
    }

    @Test
    void shouldReadScopesWhenTheIssuerWritesAList() {
        assertThat(read(Map.of("sub", "mia", "scp", List.of("openid", "Machine.Read")))
                        .permissions())
                .containsExactly(Permission.MACHINE_READ);
    }

    @Test
    void shouldPreferTheFirstVersionsNameOfTheApplication() {
        assertThat(read(Map.of("appid", "one", "azp", "two", "sub", "three")).name())
                .isEqualTo("one");
        assertThat(read(Map.of("azp", "two", "sub", "three")).name()).isEqualTo("two");
        assertThat(read(Map.of("sub", "three")).name()).isEqualTo("three");
    }

    @Test
    void shouldRefuseWhenTheTokenIsNobodys() {
        assertThatThrownBy(() -> read(Map.of("roles", List.of("Machine.Read.All"))))
                .isInstanceOf(AuthenticationFailedException.class);
    }

    @Test
    void shouldActForTheTenantAServiceNames() {
        var service = new Token(Map.of("appid", "alert-service", "roles", List.of("Tocsin.Service")));

        assertThat(READER.read(service, "primary", OTHER.toString()).tenant()).isEqualTo(OTHER);
        assertThat(READER.read(service, "primary", null).tenant()).isEqualTo(OWN);
        assertThatThrownBy(() -> READER.read(service, "partner", OWN.toString()))
                .isInstanceOf(AuthenticationFailedException.class);
    }

    @Test
    void shouldBelieveNoOtherIssuerThatAnApplicationIsAService() {
        var claims = Map.<String, Object>of("appid", "app", "roles", List.of("Tocsin.Service", "Service.Investigate"));

        assertThat(READER.read(new Token(claims), "primary", null).permissions())
                .containsExactlyInAnyOrder(Permission.SERVICE, Permission.SERVICE_INVESTIGATE);
        assertThat(READER.read(new Token(claims), "second", null).permissions()).isEmpty();
    }

    @Test
    void shouldNotLetAnApplicationNameATenant() {
        var application = new Token(Map.of("appid", "app", "roles", List.of("Machine.Read.All")));

        assertThat(READER.read(application, "primary", OTHER.toString()).tenant())
                .isEqualTo(OWN);
    }

    private static Caller read(Map<String, Object> claims) {
        return READER.read(new Token(claims), "primary", null);
    }

    private record Token(Map<String, Object> claims) implements JsonWebToken {

        @Override
        public String getName() {
            return null;
        }

        @Override
        public Set<String> getClaimNames() {
            return claims.keySet();
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T getClaim(String name) {
            return (T) claims.get(name);
        }
    }

    private static final class Settings implements IdentityConfig {

        @Override
        public Optional<UUID> defaultTenant() {
            return Optional.of(OWN);
        }

        @Override
        public Optional<List<String>> tenants() {
            return Optional.empty();
        }

        @Override
        public String serviceIssuer() {
            return "primary";
        }

        @Override
        public Duration remember() {
            return Duration.ZERO;
        }

        @Override
        public Map<String, Issuer> issuers() {
            return Map.of("second", new Issuer() {
                @Override
                public Optional<UUID> defaultTenant() {
                    return Optional.of(PARTNERS);
                }

                @Override
                public Optional<List<String>> tenants() {
                    return Optional.empty();
                }
            });
        }
    }
}
