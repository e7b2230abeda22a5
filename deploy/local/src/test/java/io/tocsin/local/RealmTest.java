package io.tocsin.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealmTest {

    @TempDir
    Path folder;

    private Realm realm;
    private JsonNode json;

    @BeforeEach
    void render() throws IOException {
        realm = new Realm(new Secrets(folder.resolve("secrets")));
        json = new ObjectMapper().readTree(realm.json());
    }

    @Test
    void shouldFillInTheSecretsOfThisInstallation() {
        assertThat(json.toString()).doesNotContain("{{");
        assertThat(client("tocsin-partner").path("secret").asText())
                .hasSize(32)
                .isEqualTo(realm.secretOf("tocsin-partner"))
                .isNotEqualTo(realm.secretOf("tocsin-reader"));
    }

    @Test
    void shouldBeTheSameRealmAtTheNextStart() throws IOException {
        assertThat(new Realm(new Secrets(folder.resolve("secrets"))).json()).isEqualTo(realm.json());
    }

    @Test
    void shouldGiveEachClientItsTenantAndItsOwnId() {
        assertThat(claim("tocsin-partner", "tid")).isEqualTo(realm.tenant());
        assertThat(claim("tocsin-reader", "tid")).isEqualTo(realm.tenant());
        assertThat(claim("alert-service", "tid")).isEqualTo(realm.tenant());
        assertThat(claim("tocsin-other", "tid")).isEqualTo(realm.otherTenant()).isNotEqualTo(realm.tenant());
        each(json.path("clients")).forEach(client -> {
            var id = client.path("clientId").asText();
            assertThat(claim(id, "appid")).isEqualTo(id);
        });
    }

    @Test
    void shouldLetClientsDoNothingButFetchTokensWithTheirSecret() {
        assertThat(each(json.path("clients"))).allSatisfy(client -> {
            assertThat(client.path("serviceAccountsEnabled").asBoolean()).isTrue();
            assertThat(client.path("publicClient").asBoolean()).isFalse();
            assertThat(client.path("standardFlowEnabled").asBoolean()).isFalse();
            assertThat(client.path("implicitFlowEnabled").asBoolean()).isFalse();
            assertThat(client.path("directAccessGrantsEnabled").asBoolean()).isFalse();
        });
    }

    @Test
    void shouldGrantTheReaderNothingThatWrites() {
        assertThat(rolesOf("tocsin-reader")).contains("Alert.Read.All", "Incident.Read.All", "Machine.Read.All");
        assertThat(rolesOf("tocsin-reader")).allMatch(role -> role.endsWith(".Read.All"));
    }

    @Test
    void shouldGrantThePartnerEverythingButWhatServicesMay() {
        var all = texts(json.path("roles").path("realm"), "name");

        assertThat(rolesOf("tocsin-partner")).contains("Event.Write", "Ti.ReadWrite.All", "Machine.Isolate");
        assertThat(all).containsAll(rolesOf("tocsin-partner")).contains("Tocsin.Service", "Service.Investigate");
        assertThat(rolesOf("tocsin-partner"))
                .doesNotContain("Tocsin.Service", "Service.Investigate")
                .hasSize(all.size() - 2);
        assertThat(rolesOf("alert-service")).containsExactly("Tocsin.Service", "Service.Investigate");
        assertThat(rolesOf("response-service"))
                .containsExactly("Tocsin.Service", "Ti.ReadWrite", "Alert.ReadWrite.All", "Event.Write");
        assertThat(rolesOf("indicator-service")).containsExactly("Tocsin.Service");
    }

    @Test
    void shouldMakeAnotherApplicationLikeThePartner() throws IOException {
        var client = realm.client("acme", "s3cret", "11111111-2222-4333-8444-555555555555");

        assertThat(client.path("clientId").asText()).isEqualTo("acme");
        assertThat(client.path("secret").asText()).isEqualTo("s3cret");
        assertThat(client.path("directAccessGrantsEnabled").asBoolean()).isFalse();
        assertThat(each(client.path("protocolMappers"))
                        .map(mapper -> mapper.path("config"))
                        .map(claim -> claim.path("claim.name").asText() + "="
                                + claim.path("claim.value").asText()))
                .containsExactlyInAnyOrder("appid=acme", "tid=11111111-2222-4333-8444-555555555555");
        assertThat(realm.permissions())
                .contains("Alert.ReadWrite.All")
                .doesNotContain("Tocsin.Service", "Service.Investigate");
    }

    private String claim(String clientId, String name) {
        return each(client(clientId).path("protocolMappers"))
                .filter(mapper ->
                        mapper.path("config").path("claim.name").asText().equals(name))
                .map(mapper -> mapper.path("config").path("claim.value").asText())
                .findFirst()
                .orElseThrow();
    }

    private JsonNode client(String id) {
        return each(json.path("clients"))
                .filter(client -> client.path("clientId").asText().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private List<String> rolesOf(String clientId) {
        return each(json.path("users"))
                .filter(user -> user.path("serviceAccountClientId").asText().equals(clientId))
                .flatMap(user -> each(user.path("realmRoles")))
                .map(JsonNode::asText)
                .toList();
    }

    private static List<String> texts(JsonNode nodes, String field) {
        return each(nodes).map(node -> node.path(field).asText()).toList();
    }

    private static Stream<JsonNode> each(JsonNode nodes) {
        return StreamSupport.stream(nodes.spliterator(), false);
    }
}
