package io.tocsin.alert.feed;

import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the tests of feeds have in common: alerts by SQL, pages by RestAssured, events by a client that reads as they
/// come.
abstract class FeedTest extends ApiTest {

    private static final String INSERT = """
            insert into alert (id, tenant_id, source, source_ref, severity, status, title, description,
                alert_creation_ticks, last_update_ticks, machine_id, correlated)
            values (?, cast(? as uuid), 'feed', ?, ?, 'New', ?, '', 17700000000000000, 17700000000000000, ?, true)
            """;

    protected static void alert(String id) {
        alert(Tokens.TENANT, id, "High", null);
    }

    protected static void alert(String tenant, String id, String severity, String machine) {
        TestDatabase.update(INSERT, id, tenant, id, severity, "Alert " + id, machine);
    }

    protected static void alert(Connection connection, String id) throws SQLException {
        try (var insert = connection.prepareStatement(INSERT)) {
            Object[] values = {id, Tokens.TENANT, id, "High", "Alert " + id, null};
            for (int i = 0; i < values.length; i++) {
                insert.setObject(i + 1, values[i]);
            }
            insert.executeUpdate();
        }
    }

    protected static void touch(String id) {
        TestDatabase.update("update alert set last_update_ticks = last_update_ticks + 1 where id = ?", id);
    }

    protected static Response page(String query) {
        return with("Alert.Read.All").get("/v1/feeds/alerts" + query);
    }

    protected static Response pageAs(String token, String feed) {
        return RestAssured.given()
                .urlEncodingEnabled(false)
                .header("Authorization", "Bearer " + token)
                .get("/v1/feeds/" + feed);
    }

    protected static String next(Response page) {
        return page.header("Tocsin-Next-Cursor");
    }

    /// `Created da1` of each line.
    protected static List<String> changes(Response page) {
        return page.then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .map(line -> io.restassured.path.json.JsonPath.from(line))
                .filter(line -> line.get("change") != null)
                .map(line -> line.getString("change") + " " + line.getString("alert.id"))
                .toList();
    }

    /// One server-sent event, as its fields; a comment is the field without a name.
    protected record Event(Map<String, String> fields) {

        String id() {
            return fields.get("id");
        }

        String name() {
            return fields.get("event");
        }

        String data() {
            return fields.get("data");
        }
    }

    /// A stream of events that is being read.
    protected static final class Reader implements AutoCloseable {

        private final HttpResponse<java.io.InputStream> answer;
        private final BufferedReader lines;

        private Reader(HttpResponse<java.io.InputStream> answer) {
            this.answer = answer;
            this.lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        }

        int status() {
            return answer.statusCode();
        }

        String header(String name) {
            return answer.headers().firstValue(name).orElse(null);
        }

        /// The next block, or null at the end.
        Event next() throws IOException {
            var fields = new HashMap<String, String>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    return new Event(fields);
                }
                int colon = line.indexOf(':');
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
            return null;
        }

        /// The next block with data.
        Event event() throws IOException {
            Event event = next();
            while (event != null && event.data() == null) {
                event = next();
            }
            return event;
        }

        List<Event> events(int count) throws IOException {
            var events = new ArrayList<Event>();
            while (events.size() < count) {
                events.add(event());
            }
            return events;
        }

        @Override
        public void close() throws IOException {
            answer.body().close();
        }
    }

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    protected static Reader read(String path, String... headers) throws IOException, InterruptedException {
        return readAs(
                Tokens.application("Alert.Read.All", "Incident.Read.All", "AdvancedHunting.Read.All"), path, headers);
    }

    protected static Reader readAs(String token, String path, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return new Reader(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
    }
}
