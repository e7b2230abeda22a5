package io.tocsin.identity;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IssuersTest {

    private static final List<String> US = List.of("https://api.securitycenter.microsoft.com");
    private static final Issuers.Issuer PRIMARY = new Issuers.Issuer("primary", "https://idp.example", US);

    @Test
    void shouldStartWithAFurtherIssuerThatHasAllItNeeds() {
        var partner = new Issuers.Issuer("partner", "https://partner.example", US);

        assertThatCode(() -> Issuers.check(List.of(PRIMARY, partner), Set.of("partner")))
                .doesNotThrowAnyException();
    }

    @Test
    void shouldNotStartWhenAnIssuersTokensCouldBeForAnybody() {
        var partner = new Issuers.Issuer("partner", "https://partner.example", List.of());

        assertThatThrownBy(() -> Issuers.check(List.of(PRIMARY, partner), Set.of()))
                .hasMessageContaining("quarkus.oidc.partner.token.audience");
    }

    @Test
    void shouldNotStartWhenTwoIssuersCallThemselvesTheSame() {
        var partner = new Issuers.Issuer("partner", PRIMARY.iss(), US);

        assertThatThrownBy(() -> Issuers.check(List.of(PRIMARY, partner), Set.of()))
                .hasMessageContaining("same issuer");
    }

    @Test
    void shouldNotStartWhenTenantsAreGivenToNoIssuer() {
        assertThatThrownBy(() -> Issuers.check(List.of(PRIMARY), Set.of("partnr")))
                .hasMessageContaining("quarkus.oidc.partnr.auth-server-url");
        assertThatThrownBy(() -> Issuers.check(List.of(PRIMARY), Set.of("primary")))
                .hasMessageContaining("tocsin.identity.tenants");
    }
}
