package io.tocsin.e2e.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes requests from a seed: each begins as one a client could send to a route of the table and is then bent in its
/// method, path, query, headers or body, mostly a little, sometimes beyond HTTP.
final class RequestGenerator {

    private static final List<String> METHODS =
            List.of("GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "TRACE", "PURGE", "get", "M-SEARCH");

    private static final List<String> IDS = List.of(
            "x",
            "0",
            "-1",
            "99999999999999999999",
            "7f3c1d2e-0000-4000-8000-000000000000",
            "da637029414680409372_735564929",
            "%00",
            "%",
            "%zz",
            "%ff%fe",
            "%C3%28",
            "..",
            ".",
            "%2e%2e",
            "%2F",
            "a;b=c",
            "a%20b",
            "'",
            "%27%20or%201=1--",
            "(ip='10.0.0.4',timestamp=2026-01-05T10:00:00Z)",
            "findbyip(ip='",
            "{id}",
            "$count",
            "null",
            "ü",
            "%F0%9F%94%94",
            "\u202e",
            "A".repeat(300),
            "%41".repeat(2000));

    private static final List<String> FILTERS = List.of(
            "severity eq 'High'",
            "severity eq High",
            "id eq null",
            "alertCreationTime ge 2026-01-01",
            "alertCreationTime gt 9999-12-31T23:59:59.9999999Z",
            "lastSeen gt -0001-01-01T00:00:00Z",
            "startswith(computerDnsName,'a')",
            "machineTags/any(t: t eq 'x')",
            "not (id eq '1')",
            "id in ('1','2')",
            "(((((id eq '1')))))",
            "id eq '",
            "eq eq eq",
            "1 eq 1",
            "unknown eq 1",
            "severity eq 'High' and",
            "contains(title,'%')",
            "incidentId eq 99999999999999999999",
            "riskScore in ('High','Low') or healthStatus ne 'Active'",
            "(".repeat(400) + "id eq '1'" + ")".repeat(400));

    private static final List<String> OPTIONS = List.of(
            "$top",
            "$skip",
            "$filter",
            "$orderby",
            "$select",
            "$expand",
            "$count",
            "$skiptoken",
            "$search",
            "$format",
            "top",
            "%24TOP",
            "%2524filter",
            "",
            "a[]",
            "tag",
            "timeout",
            "$apply");

    private static final List<String> VALUES = List.of(
            "",
            "1",
            "0",
            "-1",
            "10001",
            "99999999999",
            "abc",
            "true",
            "id",
            "id desc",
            "id,severity desc",
            "evidence",
            "%00",
            "%",
            "%ff",
            "null",
            "'",
            "*",
            "evidence($select=id)",
            "2147483648",
            "1e3",
            "%E2%80%AE",
            "a,,b");

    private static final List<String> TYPES = List.of(
            "application/json",
            "application/json; charset=utf-8",
            "application/json; charset=utf-16",
            "application/json; charset=nonsense",
            "text/plain",
            "application/xml",
            "application/x-ndjson",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "*/*",
            "nonsense",
            "");

    private static final List<Map.Entry<String, String>> ODD_HEADERS = List.of(
            Map.entry("Accept", "application/xml"),
            Map.entry("Accept", "nonsense"),
            Map.entry("Accept", "text/html;q=0.1"),
            Map.entry("Accept-Encoding", "gzip, br;q=x"),
            Map.entry("Content-Encoding", "gzip"),
            Map.entry("Content-Encoding", "deflate"),
            Map.entry("Content-Encoding", "identity"),
            Map.entry("Idempotency-Key", "k"),
            Map.entry("Idempotency-Key", "k".repeat(2000)),
            Map.entry("If-Match", "\"x\""),
            Map.entry("If-None-Match", "*"),
            Map.entry("Range", "bytes=5-1"),
            Map.entry("X-HTTP-Method-Override", "DELETE"),
            Map.entry("Tocsin-Tenant", "nonsense"),
            Map.entry("Tocsin-Tenant", "7f3c1d2e-0000-4000-8000-000000000000"),
            Map.entry("Tocsin-Forwarded", "nonsense"),
            Map.entry("X-Forwarded-Host", "evil.example:99999999"),
            Map.entry("X-Forwarded-For", "nonsense"),
            Map.entry("X-Forwarded-Proto", "gopher"),
            Map.entry("Forwarded", "for=\"_x\";proto=;host=:"),
            Map.entry("Cookie", "a=b; =; \u0001"),
            Map.entry("Origin", "null"),
            Map.entry("Upgrade", "websocket"),
            Map.entry("Traceparent", "00-x-y-z"),
            Map.entry("X-Request-Id", "mine"),
            Map.entry("Bad Header", "x"),
            Map.entry("Long", "l".repeat(20_000)));

    private static final List<String> VALUES_IN_JSON = List.of(
            "null",
            "true",
            "\"\"",
            "\"x\"",
            "-1",
            "1e400",
            "99999999999999999999",
            "0.1",
            "[]",
            "{}",
            "[null]",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"2026-01-05T10:00:00.1234567Z\"",
            "\"0000-00-00T99:99:99Z\"",
            "\"High\"",
            "\"'; drop table alert\"",
            "[[[[[[[[1]]]]]]]]",
            "{\"a\":{\"a\":{\"a\":1}}}",
            "\"" + "a".repeat(5_000) + "\"");

    private final Random random;
    private final List<Template> templates;
    private final List<String> ids;
    private final List<String> tokens;

    /// @param ids of things that exist
    /// @param tokens values of `Authorization`
    RequestGenerator(long seed, List<Template> templates, List<String> ids, List<String> tokens) {
        this.random = new Random(seed);
        this.templates = List.copyOf(templates);
        this.ids = List.copyOf(ids);
        this.tokens = List.copyOf(tokens);
    }

    RawRequest next() {
        Template template = one(templates);
        String method = rarely(6) ? one(METHODS) : template.method();
        var headers = new ArrayList<Map.Entry<String, String>>();
        headers.add(Map.entry("Authorization", rarely(8) ? oddToken() : one(tokens)));
        byte[] body = body(template);
        if (body.length > 0 || rarely(4)) {
            headers.add(Map.entry("Content-Type", rarely(4) ? one(TYPES) : template.contentType()));
        }
        while (rarely(4)) {
            headers.add(one(ODD_HEADERS));
        }
        String target = path(template.path()) + query();
        return new RawRequest(method, target, headers, body);
    }

    private String oddToken() {
        String token = one(tokens);
        return switch (random.nextInt(6)) {
            case 0 -> "";
            case 1 -> "Bearer";
            case 2 -> "Bearer a.b.c";
            case 3 -> "Basic dTpw";
            case 4 -> token.substring(0, token.length() / 2);
            default -> token.toUpperCase(Locale.ROOT);
        };
    }

    private String path(String template) {
        String path = Stream.of(template.substring(1).split("/"))
                .map(segment -> segment.startsWith("{") ? id() : rarely(10) ? cased(segment) : segment)
                .collect(Collectors.joining(rarely(15) ? "//" : "/", rarely(20) ? "//" : "/", ""));
        if (rarely(6) && path.startsWith("/api/")) {
            path = "/api/v1.0" + path.substring(4);
        }
        return switch (random.nextInt(30)) {
            case 0 -> path + "/";
            case 1 -> path + "/$count";
            case 2 -> path + "/" + one(IDS);
            case 3 -> path.substring(0, random.nextInt(path.length()) + 1);
            case 4 -> "http://other.example" + path;
            case 5 -> path.substring(1);
            case 6 -> escaped(path);
            case 7 -> "*";
            default -> path;
        };
    }

    private String id() {
        return rarely(3) || ids.isEmpty() ? one(IDS) : one(ids);
    }

    private String cased(String segment) {
        return random.nextBoolean() ? segment.toUpperCase(Locale.ROOT) : segment.toLowerCase(Locale.ROOT);
    }

    private static String escaped(String path) {
        return path.chars()
                .mapToObj(c -> c == '/' ? "/" : "%" + HexFormat.of().toHexDigits((byte) c))
                .collect(Collectors.joining());
    }

    private String query() {
        if (!rarely(2)) {
            return "";
        }
        var options = new ArrayList<String>();
        do {
            String name = one(OPTIONS);
            String value = name.toLowerCase(Locale.ROOT).contains("filter") ? filter() : one(VALUES);
            options.add(name + (rarely(12) ? "" : "=") + value);
        } while (rarely(3));
        return "?" + String.join(rarely(10) ? "&&" : "&", options);
    }

    private String filter() {
        String filter = rarely(3) ? mutated(one(FILTERS)) : one(FILTERS);
        return rarely(4)
                ? escaped(filter)
                : filter.replace(" ", rarely(2) ? "+" : "%20").replace("\u0000", "%00");
    }

    private String mutated(String text) {
        var mutated = new StringBuilder(text);
        for (int i = random.nextInt(3); i >= 0 && !mutated.isEmpty(); i--) {
            int at = random.nextInt(mutated.length());
            if (random.nextBoolean()) {
                mutated.deleteCharAt(at);
            } else {
                mutated.insert(at, "()',/ eq'%$".charAt(random.nextInt(11)));
            }
        }
        return mutated.toString();
    }

    private byte[] body(Template template) {
        String body = template.body();
        if (body.isEmpty() && !rarely(10)) {
            return new byte[0];
        }
        return switch (random.nextInt(14)) {
            case 0 -> new byte[0];
            case 1 -> noise();
            case 2 -> mutated(body).getBytes(StandardCharsets.UTF_8);
            case 3 -> one(VALUES_IN_JSON).getBytes(StandardCharsets.UTF_8);
            case 4 -> body.getBytes(StandardCharsets.UTF_16);
            case 5 -> ("\ufeff" + body).getBytes(StandardCharsets.UTF_8);
            case 6 -> (body + body).getBytes(StandardCharsets.UTF_8);
            case 7 -> ("[" + body + "," + body + "]").getBytes(StandardCharsets.UTF_8);
            case 8, 9, 10 -> otherValue(body).getBytes(StandardCharsets.UTF_8);
            case 11 -> "[".repeat(1 + random.nextInt(300)).getBytes(StandardCharsets.UTF_8);
            default -> body.getBytes(StandardCharsets.UTF_8);
        };
    }

    /// Puts another value in the place of one of the body's.
    private String otherValue(String body) {
        var colons = new ArrayList<Integer>();
        for (int i = 0; i + 1 < body.length(); i++) {
            if (body.charAt(i) == '"' && body.charAt(i + 1) == ':') {
                colons.add(i + 2);
            }
        }
        if (colons.isEmpty()) {
            return one(VALUES_IN_JSON);
        }
        int from = one(colons);
        int to = from;
        boolean quoted = false;
        while (to < body.length() && (quoted || ",]}".indexOf(body.charAt(to)) < 0)) {
            quoted ^= body.charAt(to) == '"';
            to++;
        }
        return body.substring(0, from) + one(VALUES_IN_JSON) + body.substring(to);
    }

    private byte[] noise() {
        byte[] noise = new byte[random.nextInt(600)];
        random.nextBytes(noise);
        return noise;
    }

    /// One time in `n`.
    private boolean rarely(int n) {
        return random.nextInt(n) == 0;
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /// A route and a body it accepts.
    ///
    /// @param method the route's
    /// @param path the canonical path, ids in braces
    /// @param contentType of the body
    /// @param body empty when the route takes none
    record Template(String method, String path, String contentType, String body) {}
}
