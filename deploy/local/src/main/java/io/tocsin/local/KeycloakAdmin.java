package io.tocsin.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// Changes the realm of a running Keycloak by its admin API, as a person would in the console.
final class KeycloakAdmin implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String token;

    KeycloakAdmin(String url, String password) throws IOException, InterruptedException {
        this.url = url;
        var form = "grant_type=password&client_id=admin-cli&username=admin&password=" + password;
        var answer = http.send(
                HttpRequest.newBuilder(URI.create(url + "/realms/master/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new StartFailure("Keycloak refuses the administrator: " + answer.body());
        }
        this.token = JSON.readTree(answer.body()).path("access_token").asText();
    }

    boolean hasClient(String id) throws IOException, InterruptedException {
        return idOf(id) != null;
    }

    /// Creates a client and grants it realm roles, which are made where an older realm lacks them.
    void addClient(ObjectNode client, SortedSet<String> roles) throws IOException, InterruptedException {
        send("POST", "/clients", client);
        var id = idOf(client.path("clientId").asText());
        var account = send("GET", "/clients/" + id + "/service-account-user", null);
        var grants = JSON.createArrayNode();
        for (var role : roles) {
            grants.add(role(role));
        }
        send("POST", "/users/" + account.path("id").asText() + "/role-mappings/realm", grants);
    }

    void removeClient(String clientId) throws IOException, InterruptedException {
        send("DELETE", "/clients/" + idOf(clientId), null);
    }

    private @Nullable String idOf(String clientId) throws IOException, InterruptedException {
        var found = send("GET", "/clients?clientId=" + URLEncoder.encode(clientId, StandardCharsets.UTF_8), null);
        return found.isEmpty() ? null : found.path(0).path("id").asText();
    }

    private JsonNode role(String name) throws IOException, InterruptedException {
        var known = call("GET", "/roles/" + name, null);
        if (known.statusCode() == 404) {
            send("POST", "/roles", JSON.createObjectNode().put("name", name));
            return send("GET", "/roles/" + name, null);
        }
        return JSON.readTree(known.body());
    }

    private JsonNode send(String method, String path, @Nullable JsonNode body)
            throws IOException, InterruptedException {
        var answer = call(method, path, body);
        if (answer.statusCode() >= 300) {
            throw new StartFailure(
                    "Keycloak answered " + answer.statusCode() + " to " + method + " " + path + ": " + answer.body());
        }
        return answer.body().isEmpty() ? new ArrayNode(JSON.getNodeFactory()) : JSON.readTree(answer.body());
    }

    private HttpResponse<String> call(String method, String path, @Nullable JsonNode body)
            throws IOException, InterruptedException {
        var content = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body.toString());
        var request = HttpRequest.newBuilder(URI.create(url + "/admin/realms/" + Realm.NAME + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, content)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
    }
}
