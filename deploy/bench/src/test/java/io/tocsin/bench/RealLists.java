package io.tocsin.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lists others have published, taken in by the packaged service: what it refuses and why, and what recorded telemetry
/// matches of them. `make bench-lists DATA=folder`, where the folder has `indicators` and `telemetry`.
class RealLists {

    private static final Path DATA = Path.of(System.getProperty("tocsin.bench.data", "."));
    private static final Pattern HASH = Pattern.compile("(SHA1|MD5|SHA256)=([0-9A-Fa-f]+)");
    private static final Map<String, String> KINDS =
            Map.of("SHA1", "FileSha1", "MD5", "FileMd5", "SHA256", "FileSha256");

    @TempDir
    static Path folder;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private ServiceProcess service;
    private String token;

    @Test
    void shouldSayWhatBecomesOfThem() throws Exception {
        var postgres = TestPostgres.startDurable(folder.resolve("data"));
        var issuer = TestIssuer.start();
        token = issuer.sign(issuer.claims()
                .claim("tid", Tokens.TENANT)
                .claim("appid", "lists")
                .claim("roles", Set.of("Ti.ReadWrite.All")));
        service = ServiceProcess.start(
                "indicator-service", postgres, issuer, folder.resolve("service.log"), List.of(), Map.of());
        try {
            take("ipsum.txt.gz", "IpAddress", line -> line.startsWith("#") ? null : line.split("\\s")[0]);
            take("eset_malware_samples.csv.gz", null, line -> line);
            take("eset_network_indicators.csv.gz", null, line -> line);
            telemetry();
            for (String[] picked : new String[][] {
                {"Url", "http://20.3323sf.com/zz.php?x=1"},
                {"DomainName", "20.3323sf.com"},
                {"FileSha1", "0BE56A8C0D0DE11E0E97B563CAE6D1EE164F3317"},
                {"IpAddress", "8.8.8.8"}
            }) {
                explain(picked[0], picked[1]);
            }
        } finally {
            service.close();
            issuer.close();
            postgres.close();
        }
    }

    private interface Row {
        String of(String line);
    }

    private void take(String file, String type, Row row) throws Exception {
        var body = new StringBuilder(type == null ? "" : "indicatorValue\n");
        long lines = 0;
        try (var in = reader(new GZIPInputStream(
                Files.newInputStream(DATA.resolve("indicators").resolve(file))))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String kept = row.of(line);
                if (kept != null && !kept.isBlank()) {
                    body.append(kept).append('\n');
                    lines++;
                }
            }
        }
        long start = System.nanoTime();
        JsonNode report = post(
                "/v1/indicators/import?results=numbers&action=Block&title=list&description=list&application=" + file
                        + (type == null ? "" : "&type=" + type),
                "text/csv",
                body.toString());
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<String, Integer> reasons = new TreeMap<>();
        for (JsonNode error : report.path("errors")) {
            reasons.merge(
                    error.path("error").path("code").asText() + " ("
                            + error.path("indicatorValue").asText() + ": "
                            + error.path("error").path("message").asText() + ")",
                    1,
                    Integer::sum);
        }
        System.out.printf(
                "lists %s: %,d lines, %,d created, %,d unchanged, %,d updated, %,d refused in %.1f s%n",
                file,
                lines,
                report.path("created").asLong(),
                report.path("unchanged").asLong(),
                report.path("updated").asLong(),
                report.path("refused").asLong(),
                seconds);
        reasons.forEach((reason, many) -> System.out.printf("lists   %d × %s%n", many, reason));
    }

    private void telemetry() throws Exception {
        try (Stream<Path> files = Files.list(DATA.resolve("telemetry"))) {
            for (Path file : files.filter(it -> it.toString().endsWith(".zip")).toList()) {
                Map<String, String> values = new LinkedHashMap<>();
                long events = 0;
                try (var zip = new ZipInputStream(Files.newInputStream(file))) {
                    while (zip.getNextEntry() != null) {
                        BufferedReader in = reader(zip);
                        for (String line = in.readLine(); line != null; line = in.readLine()) {
                            events++;
                            collect(json.readTree(line), values);
                        }
                    }
                }
                match(file.getFileName().toString(), events, values);
            }
        }
    }

    private static void collect(JsonNode event, Map<String, String> values) {
        HASH.matcher(event.path("Hashes").asText(""))
                .results()
                .forEach(
                        hash -> values.put(hash.group(2).toLowerCase(java.util.Locale.ROOT), KINDS.get(hash.group(1))));
        for (String field : List.of("DestinationIp", "SourceIp")) {
            if (!event.path(field).asText("").isEmpty()) {
                values.put(event.path(field).asText(), "IpAddress");
            }
        }
        for (String field : List.of("QueryName", "DestinationHostname")) {
            if (event.path(field).asText("").contains(".")) {
                values.put(event.path(field).asText(), "DomainName");
            }
        }
    }

    private void match(String file, long events, Map<String, String> values) throws Exception {
        var asked = json.createObjectNode();
        var list = asked.putArray("values");
        values.forEach((value, type) -> list.addObject().put("type", type).put("value", value));
        JsonNode verdicts = post("/v1/indicators/match", "application/json", asked.toString())
                .path("value");
        List<String> hits = new ArrayList<>();
        Map<String, Integer> kinds = new HashMap<>();
        for (JsonNode verdict : verdicts) {
            kinds.merge(verdict.path("type").asText(), 1, Integer::sum);
            if (verdict.path("matched").asBoolean()) {
                hits.add(verdict.path("type").asText() + " "
                        + verdict.path("value").asText());
            }
        }
        System.out.printf(
                "lists telemetry %s: %,d events, %,d different values %s, matched: %s%n",
                file, events, values.size(), new TreeMap<>(kinds), hits);
    }

    private void explain(String type, String value) throws Exception {
        HttpResponse<String> answer = client.send(
                request("/v1/indicators/explain?type=" + type + "&value="
                                + URLEncoder.encode(value, StandardCharsets.UTF_8))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        JsonNode verdict = json.readTree(answer.body()).path("verdict");
        System.out.printf(
                "lists explain %s %s: matched %s, action %s, by %s, rule %s, names looked up %s%n",
                type,
                value,
                verdict.path("matched").asText(),
                verdict.path("action").asText(),
                verdict.path("indicator").path("indicatorValue").asText(),
                verdict.path("rule").asText(),
                json.readTree(answer.body()).findValuesAsText("value"));
    }

    private JsonNode post(String path, String type, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                request(path)
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
        return json.readTree(answer.body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .header("Authorization", "Bearer " + token);
    }

    private static BufferedReader reader(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
}
