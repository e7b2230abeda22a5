package io.tocsin.testkit;

import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Signed tokens for the service under test. As with any client, one is used again while it is valid: to sign takes
/// longer than most requests do.
public final class Tokens {

    /// The tenant of every token that names no other.
    public static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";

    /// A tenant whose data the first must never see.
    public static final String OTHER_TENANT = "0b1e5c3a-2f57-4d0e-9a55-6d1c2b3a4f5e";

    /// `iss` of [#entra]: not its address, as with tokens of the first version.
    static final String ENTRA_ISSUER = "https://sts.windows.example/" + OTHER_TENANT + "/";

    private static TestIssuer issuer;
    private static TestIssuer entra;
    private static TestIssuer late;

    private static final Map<List<Object>, String> SIGNED = new ConcurrentHashMap<>();

    private Tokens() {}

    static void use(TestIssuer primary, TestIssuer trustedForTheOther, TestIssuer asleep) {
        SIGNED.clear();
        issuer = primary;
        entra = trustedForTheOther;
        late = asleep;
    }

    /// The issuer of every token here that no other is named for; it may speak for both tenants.
    public static TestIssuer primary() {
        return issuer;
    }

    /// A further issuer that may speak for [#OTHER_TENANT] only.
    public static TestIssuer entra() {
        return entra;
    }

    /// A further issuer that may speak for [#TENANT] only and was down when the service started.
    public static TestIssuer late() {
        return late;
    }

    /// An application of [#TENANT] with these permissions in `roles`.
    public static String application(String... roles) {
        return of(TENANT, "test-app", roles);
    }

    /// An application of a tenant.
    public static String of(String tenant, String application, String... roles) {
        return signed(
                List.of("application", tenant, application, Set.copyOf(List.of(roles))),
                () -> issuer.claims()
                        .claim("tid", tenant)
                        .claim("appid", application)
                        .claim("roles", Set.copyOf(List.of(roles))));
    }

    private static String signed(List<Object> of, Supplier<JwtClaimsBuilder> claims) {
        long quarter = System.nanoTime() / Duration.ofMinutes(15).toNanos();
        return SIGNED.computeIfAbsent(
                Stream.concat(of.stream(), Stream.of(quarter)).toList(), unused -> issuer.sign(claims.get()));
    }

    /// A user of [#TENANT] with these permissions in `scp`.
    public static String user(String upn, String... scopes) {
        return userOf(TENANT, upn, scopes);
    }

    /// A user of a tenant.
    public static String userOf(String tenant, String upn, String... scopes) {
        String scope = String.join(" ", scopes);
        return signed(
                List.of("user", tenant, upn, scope),
                () -> issuer.claims().claim("tid", tenant).claim("upn", upn).claim("scp", scope));
    }

    /// A user of [#TENANT] who is in these groups.
    public static String member(Set<String> groups, String upn, String... scopes) {
        String scope = String.join(" ", scopes);
        return signed(List.of("member", upn, scope, Set.copyOf(groups)), () -> {
            JwtClaimsBuilder claims =
                    issuer.claims().claim("tid", TENANT).claim("upn", upn).claim("scp", scope);
            return groups.isEmpty() ? claims : claims.claim("groups", groups);
        });
    }

    /// A token whose claims the test chooses; valid issuer, audience and life are set already.
    public static JwtClaimsBuilder claims() {
        return issuer.claims();
    }

    /// Signs claims with the issuer's key.
    public static String sign(JwtClaimsBuilder claims) {
        return issuer.sign(claims);
    }
}
