package io.tocsin.e2e.fuzz;

import io.tocsin.e2e.fuzz.RequestGenerator.Template;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Every route of the platform's own table, with a body it takes: a route added there is asked here from then on.
final class Templates {

    private static final String ALERT = """
            {"source":"fuzz","sourceRef":"1","title":"t","description":"d","severity":"High","category":"Malware",\
            "machineId":"0123456789012345678901234567890123456789","mitreTechniques":["T1059"],\
            "evidence":[{"entityType":"Ip","ipAddress":"203.0.113.9"}],"eventTime":"2026-01-05T10:00:00.1234567Z"}""";
    private static final String EVENT = """
            {"EventID":1,"UtcTime":"2026-01-05 10:00:00.123","Computer":"a.example","ProcessId":"7",\
            "ProcessGuid":"{1}","Image":"C:\\\\a.exe","CommandLine":"a","ParentProcessId":"1"}""";
    private static final String INDICATOR = """
            {"indicatorValue":"203.0.113.77","indicatorType":"IpAddress","action":"Audit","title":"t",\
            "description":"d","severity":"Low","expirationTime":"2027-01-05T10:00:00Z","rbacGroupNames":[],\
            "generateAlert":false}""";
    private static final String ACTION = "{\"Comment\":\"c\",\"IsolationType\":\"Full\",\"ScanType\":\"Quick\"}";
    private static final String FORM =
            "grant_type=client_credentials&client_id=x&client_secret=y&scope=https%3A%2F%2Fa%2F.default&resource=b";

    private static final Map<String, String> BODIES = Map.ofEntries(
            Map.entry("POST /v1/alerts", ALERT),
            Map.entry("POST /v1/events", EVENT),
            Map.entry(
                    "PATCH /api/alerts/{id}", "{\"status\":\"InProgress\",\"comment\":\"c\",\"assignedTo\":\"a@b.c\"}"),
            Map.entry(
                    "POST /api/alerts/CreateAlertByReference",
                    "{\"machineId\":\"0123456789012345678901234567890123456789\",\"severity\":\"Low\",\"title\":\"t\","
                            + "\"description\":\"d\",\"recommendedAction\":\"r\",\"eventTime\":\"2026-01-05T10:00:00Z\","
                            + "\"reportId\":\"1\",\"category\":\"Malware\"}"),
            Map.entry("POST /api/indicators", INDICATOR),
            Map.entry("POST /api/indicators/import", "{\"Indicators\":[" + INDICATOR + "]}"),
            Map.entry(
                    "POST /v1/indicators/match",
                    "{\"values\":[{\"type\":\"IpAddress\",\"value\":\"203.0.113.77\"},{\"type\":\"Url\",\"value\":\"x\"}]}"),
            Map.entry("POST /api/machines/{id}/isolate", ACTION),
            Map.entry("POST /api/machines/{id}/unisolate", ACTION),
            Map.entry("POST /api/machines/{id}/runAntiVirusScan", ACTION),
            Map.entry("POST /api/machineactions/{id}/cancel", ACTION),
            Map.entry(
                    "POST /agent/v1/enroll",
                    "{\"token\":\"x\",\"computerDnsName\":\"a.example\",\"osPlatform\":\"Windows11\"}"),
            Map.entry("POST /agent/v1/checkin", "{\"computerDnsName\":\"a.example\",\"ipAddresses\":[]}"),
            Map.entry("POST /agent/v1/events", "{\"EventID\":1,\"Hostname\":\"a.example\"}"),
            Map.entry("POST /agent/v1/actions/{id}/result", "{\"status\":\"Succeeded\"}"));

    private Templates() {}

    /// @param root of the source tree
    static List<Template> of(Path root) {
        try {
            return Files.readAllLines(root.resolve("platform/src/main/resources/io/tocsin/wire/routes.csv")).stream()
                    .skip(1)
                    .filter(line -> !line.isBlank())
                    .map(line -> line.split(","))
                    .map(cells -> template(cells[1], cells[2]))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Template template(String method, String path) {
        boolean form = path.contains("/oauth2/");
        boolean bodiless = method.equals("GET") || method.equals("DELETE");
        String body = form ? FORM : bodiless ? "" : BODIES.getOrDefault(method + " " + path, "{\"name\":\"x\"}");
        return new Template(method, path, form ? "application/x-www-form-urlencoded" : "application/json", body);
    }
}
