package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Who follows the platform beside agents and the readers of alerts, and stands somewhere when its database is lost:
/// each knows what it has been told, and where it goes on.
final class OtherReaders {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final ObjectMapper JSON = new ObjectMapper();

    private OtherReaders() {}

    /// A reader of a feed of response-service.
    ///
    /// @param item what a line shows
    /// @param told ids, in the order they came
    record Feed(Replica service, String token, String path, String item, List<String> told, String cursor) {

        static Feed of(Replica service, String token, String name, String item) {
            return new Feed(service, token, "/v1/feeds/" + name, item, List.of(), null);
        }

        /// What comes next, and whether there is anything.
        private Feed next() throws IOException {
            HttpResponse<String> page = read();
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            var all = new ArrayList<>(told);
            for (String line : page.body().lines().toList()) {
                JsonNode row = JSON.readTree(line);
                if (row.has(item)) {
                    all.add(row.path(item).path("id").asText());
                }
            }
            return new Feed(
                    service,
                    token,
                    path,
                    item,
                    List.copyOf(all),
                    page.headers().firstValue("Tocsin-Next-Cursor").orElseThrow());
        }

        /// The answer to where it stands.
        HttpResponse<String> read() throws IOException {
            return service.get(
                    path + "?limit=5000&" + (cursor == null ? "from=beginning" : "wait=1&cursor=" + cursor), token);
        }

        /// Reads on until it has been told of something.
        Feed until(String id) {
            Feed[] at = {this};
            await(path + " tells of " + id).atMost(SOON).until(() -> {
                at[0] = at[0].next();
                return at[0].told.contains(id);
            });
            return at[0];
        }

        /// What it was told since another time.
        List<String> since(Feed before) {
            return told.subList(before.told.size(), told.size());
        }
    }

    /// A partner's server that a webhook tells; it takes everything but while it is closed.
    static final class Target implements AutoCloseable {

        /// @param id the delivery's own
        record Told(String id, String type, String subject) {}

        private final HttpServer server;
        private final List<Told> told = new CopyOnWriteArrayList<>();
        private volatile boolean open = true;

        Target() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                JsonNode body = JSON.readTree(exchange.getRequestBody());
                boolean taken = open;
                if (taken) {
                    told.add(new Told(
                            exchange.getRequestHeaders().getFirst("webhook-id"),
                            body.path("type").asText(),
                            body.path("subject").asText()));
                }
                exchange.sendResponseHeaders(taken ? 204 : 503, -1);
                exchange.close();
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        void shut() {
            open = false;
        }

        void reopen() {
            open = true;
        }

        void awaitCreated(String alert, int times) {
            await("the webhook is told of " + alert)
                    .atMost(SOON)
                    .until(() -> created(alert).size() >= times);
        }

        /// The ids of the deliveries that told of an alert's making.
        List<String> created(String alert) {
            return told.stream()
                    .filter(one -> one.subject().equals(alert) && one.type().endsWith(".created"))
                    .map(Told::id)
                    .toList();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    /// A client of TAXII that pages through what was added after a time.
    ///
    /// @param values it has been given, in the order they came
    /// @param next where its page goes on, or null at the end
    /// @param added the time of the last one
    record Taxii(Replica service, String token, String after, List<String> values, String next, String added) {

        static Taxii after(Replica service, String token, Instant time) {
            return new Taxii(service, token, time.toString(), List.of(), null, null);
        }

        /// One page of so many objects.
        Taxii page(int limit) throws IOException {
            HttpResponse<String> answer = service.send(
                    "/taxii2/api/collections/all/objects/?added_after=" + after + "&limit=" + limit
                            + (next == null ? "" : "&next=" + next),
                    request -> request.header("Authorization", "Bearer " + token)
                            .header("Accept", "application/taxii+json;version=2.1"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode page = JSON.readTree(answer.body());
            var all = new ArrayList<>(values);
            page.path("objects")
                    .forEach(object -> all.add(object.path("pattern").asText().replaceAll(".*'(.*)'.*", "$1")));
            return new Taxii(
                    service,
                    token,
                    after,
                    List.copyOf(all),
                    page.path("next").asText(null),
                    answer.headers().firstValue("X-TAXII-Date-Added-Last").orElse(added));
        }

        /// A later visit, for what was added since.
        Taxii later() {
            return new Taxii(service, token, added, List.of(), null, added);
        }
    }
}
