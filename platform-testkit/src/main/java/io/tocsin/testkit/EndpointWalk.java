package io.tocsin.testkit;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.restassured.response.Response;
import io.tocsin.identity.Permission;
import io.tocsin.wire.Routes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// Walks the table of endpoints against a running service. Of every route that is built it tries: no token, a
/// token that is none, a token with every permission but the route's, each of the route's permissions alone,
/// another tenant's token on this tenant's things, and what a valid call leaves in the audit. A route the
/// table does not know, or without an example, is wrong, and so is one that is missing from an area that is
/// declared complete; one that is not built yet is counted as missing.
public final class EndpointWalk {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String APPLICATION = "walk-app";
    private static final String STRANGER = "stranger-app";
    private static final String PERSON = "walker@corp.example";

    private final String service;
    private final Map<String, Example> examples = new LinkedHashMap<>();
    private final List<String> complete = new ArrayList<>();
    private final Map<Check, Set<String>> tried = new EnumMap<>(Check.class);
    private final Map<Check, Set<String>> failed = new EnumMap<>(Check.class);
    private final Map<String, List<String>> wrong = new LinkedHashMap<>();

    private enum Check {
        UNAUTHORIZED,
        FORBIDDEN,
        TENANT,
        AUDIT
    }

    private EndpointWalk(String service) {
        this.service = service;
        for (Check check : Check.values()) {
            tried.put(check, new TreeSet<>());
            failed.put(check, new TreeSet<>());
        }
    }

    /// A walk over the rows of one service.
    public static EndpointWalk of(String service) {
        return new EndpointWalk(service);
    }

    /// How to call a route validly, for example `GET /api/alerts/{id}`.
    public EndpointWalk example(String route, Example example) {
        if (examples.put(Endpoint.shape(route), example) != null) {
            throw new IllegalArgumentException("two examples of " + route);
        }
        return this;
    }

    /// Paths that begin so are all built: one the table has and nothing serves is wrong.
    public EndpointWalk complete(String... prefixes) {
        complete.addAll(List.of(prefixes));
        return this;
    }

    /// Walks, prints the count, and fails when any row is wrong.
    public void run() {
        List<Endpoint> rows = EndpointTable.of(service);
        Set<String> served = Routes.of(service).stream()
                .map(route -> Endpoint.shape(route.method() + " " + route.path()))
                .collect(Collectors.toCollection(TreeSet::new));
        List<Endpoint> built =
                rows.stream().filter(row -> served.contains(row.shape())).toList();
        List<Endpoint> missing =
                rows.stream().filter(row -> !served.contains(row.shape())).toList();
        compare(rows, served, missing);
        List<Endpoint> walked =
                built.stream().filter(row -> examples.containsKey(row.shape())).toList();
        refusals(walked);
        walked.forEach(this::positives);
        System.out.println(count(built.size(), missing));
        if (!wrong.isEmpty()) {
            throw new AssertionError("wrong rows:\n"
                    + wrong.entrySet().stream()
                            .flatMap(row -> row.getValue().stream().map(what -> row.getKey() + ": " + what))
                            .collect(joining("\n")));
        }
    }

    private void compare(List<Endpoint> rows, Set<String> served, List<Endpoint> missing) {
        Set<String> known = rows.stream().map(Endpoint::shape).collect(Collectors.toSet());
        for (String route : served) {
            if (!known.contains(route)) {
                wrong(route, "is served, but the table of endpoints does not know it");
            } else if (!examples.containsKey(route)) {
                wrong(route, "is served, but the walk has no example of it");
            }
        }
        missing.stream()
                .filter(Endpoint::isOwn)
                .forEach(row -> wrong(row.route(), "is a route of our own in the table, but nothing serves it"));
        missing.stream()
                .filter(row -> complete.stream().anyMatch(row.path()::startsWith))
                .forEach(row -> wrong(row.route(), "is of an area that is complete, but nothing serves it"));
        complete.stream()
                .filter(prefix -> rows.stream().noneMatch(row -> row.path().startsWith(prefix)))
                .forEach(prefix -> wrong(prefix, "is complete, but the table has no such route"));
        examples.keySet().stream()
                .filter(route -> !served.contains(route))
                .forEach(route -> wrong(route, "has an example, but nothing serves it"));
    }

    /// Everything that must not succeed: made ready for all routes first, so that what the service's own jobs do with
    /// it
    /// is over when the tenant's rows are compared.
    private void refusals(List<Endpoint> rows) {
        Map<Endpoint, Call> calls = new LinkedHashMap<>();
        rows.forEach(row -> calls.put(row, examples.get(row.shape()).in(tenancy(Optional.empty()))));
        String[] before = {settled()};
        calls.forEach((row, call) -> {
            unauthorized(row, call);
            forbidden(row, call);
            stranger(row, call);
            String after = TenantRows.of(Tokens.TENANT);
            if (!after.equals(before[0])) {
                wrong(Check.TENANT, row, "a refused call changed the tenant's rows: " + difference(before[0], after));
            }
            before[0] = after;
        });
    }

    private static String settled() {
        String[] last = {""};
        int[] same = {0};
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .pollInterval(java.time.Duration.ofMillis(250))
                .until(() -> {
                    String now = TenantRows.of(Tokens.TENANT);
                    same[0] = now.equals(last[0]) ? same[0] + 1 : 0;
                    last[0] = now;
                    return same[0] >= 8;
                });
        return last[0];
    }

    private void unauthorized(Endpoint row, Call call) {
        if (row.access() == Endpoint.Access.OPEN || row.access() == Endpoint.Access.BODY) {
            return;
        }
        refused(
                Check.UNAUTHORIZED,
                row,
                401,
                "Unauthorized",
                "no token",
                call.sendUntrusted(row.method(), Optional.empty(), null));
        refused(
                Check.UNAUTHORIZED,
                row,
                401,
                "Unauthorized",
                "no token and another content type",
                call.sendUntrusted(row.method(), Optional.empty(), "text/plain"));
        refused(
                Check.UNAUTHORIZED,
                row,
                401,
                "Unauthorized",
                "a token that is none",
                call.sendUntrusted(row.method(), Optional.of("garbage"), null));
        if (row.access() == Endpoint.Access.DEVICE) {
            refused(
                    Check.UNAUTHORIZED,
                    row,
                    401,
                    "Unauthorized",
                    "an application's token",
                    call.sendUntrusted(
                            row.method(), Optional.of(tenancy(Optional.empty()).token()), null));
        }
    }

    private void forbidden(Endpoint row, Call call) {
        if (row.access() != Endpoint.Access.TOKEN) {
            return;
        }
        String application = Tokens.of(
                Tokens.TENANT, APPLICATION, row.otherApplicationNames().toArray(String[]::new));
        refused(
                Check.FORBIDDEN,
                row,
                403,
                "Forbidden",
                "an application's token with everything else",
                call.sendUntrusted(row.method(), Optional.of(application), null));
        String nothing = Tokens.of(Tokens.TENANT, APPLICATION);
        refused(
                Check.FORBIDDEN,
                row,
                403,
                "Forbidden",
                "an application's token with nothing",
                call.sendUntrusted(row.method(), Optional.of(nothing), null));
        if (!row.delegated().isEmpty()) {
            String person = Tokens.user(PERSON, row.otherDelegatedNames().toArray(String[]::new));
            refused(
                    Check.FORBIDDEN,
                    row,
                    403,
                    "Forbidden",
                    "a person's token with everything else",
                    call.sendUntrusted(row.method(), Optional.of(person), null));
        }
    }

    private void refused(Check check, Endpoint row, int status, String code, String with, Response answer) {
        tried.get(check).add(row.route());
        JsonNode error = answer.statusCode() == status ? error(answer) : MissingNode.getInstance();
        if (!code.equals(error.path("code").asText(null))
                || !error.path("target").isTextual()) {
            wrong(check, row, with + " got " + Call.shown(answer) + " instead of " + status);
        }
        if (audited(answer) != 0) {
            wrong(check, row, with + " left a row in the audit");
        }
    }

    /// By Jackson: a path of REST Assured is a Groovy script, compiled each time.
    private static JsonNode error(Response answer) {
        try {
            return JSON.readTree(answer.asByteArray()).path("error");
        } catch (IOException none) {
            return MissingNode.getInstance();
        }
    }

    private void stranger(Endpoint row, Call call) {
        if (row.access() == Endpoint.Access.OPEN || row.access() == Endpoint.Access.BODY) {
            return;
        }
        tried.get(Check.TENANT).add(row.route());
        var stranger = new Tenancy(Tokens.OTHER_TENANT, STRANGER, Optional.empty());
        Response answer = call.sendAsStranger(row.method(), stranger.token());
        call.wrongForStranger(answer).ifPresent(what -> wrong(Check.TENANT, row, what));
        long others = ((Number) TestDatabase.value(
                        "select count(*) from audit_entry where request_id = ? and tenant_id <> cast(? as uuid)",
                        answer.header("X-Request-Id"),
                        Tokens.OTHER_TENANT))
                .longValue();
        if (others > 0) {
            wrong(Check.TENANT, row, "a stranger's call left a row in the tenant's audit");
        }
    }

    private void positives(Endpoint row) {
        for (String name : row.application()) {
            positive(
                    row,
                    name,
                    Tokens.of(Tokens.TENANT, APPLICATION, name),
                    permission(name, Permission::applicationName));
        }
        for (String name : row.delegated()) {
            positive(
                    row,
                    name + " of a person",
                    Tokens.user(PERSON, name),
                    permission(name, it -> it.delegatedName().orElse("")));
        }
        valid(row);
    }

    private static Optional<Permission> permission(String name, Function<Permission, String> spelled) {
        return Stream.of(Permission.values())
                .filter(permission -> spelled.apply(permission).equals(name))
                .findFirst();
    }

    private void positive(Endpoint row, String with, String token, Optional<Permission> alone) {
        Call call = examples.get(row.shape()).in(tenancy(alone));
        Response answer = call.send(row.method(), token);
        if (answer.statusCode() == 401 || answer.statusCode() == 403 || answer.statusCode() >= 500) {
            wrong(Check.FORBIDDEN, row, "a token with " + with + " alone got " + Call.shown(answer));
        }
    }

    /// The valid call succeeds, and leaves its row in the audit where it changes something.
    private void valid(Endpoint row) {
        Tenancy tenancy = tenancy(Optional.empty());
        Call call = examples.get(row.shape()).in(tenancy);
        Response answer = row.access() == Endpoint.Access.OPEN || row.access() == Endpoint.Access.BODY
                ? call.sendOpen(row.method())
                : call.send(row.method(), tenancy.token());
        if (answer.statusCode() != call.status()) {
            wrong(row.route(), "the valid call got " + Call.shown(answer) + " instead of " + call.status());
        } else if (!answer.asString().contains(call.shown())) {
            wrong(row.route(), "the valid call got " + Call.shown(answer) + " without " + call.shown());
        } else if (row.effect() == Endpoint.Effect.CHANGE) {
            audit(row, call, answer);
        } else if (audited(answer) != 0) {
            wrong(row.route(), "changes nothing by the table, but leaves a row in the audit");
        }
    }

    private void audit(Endpoint row, Call call, Response answer) {
        tried.get(Check.AUDIT).add(row.route());
        if (call.audited() == null) {
            wrong(Check.AUDIT, row, "its example does not say what the audit says");
            return;
        }
        String expected = Stream.of(
                        service,
                        call.audited().actor().map(actor -> actor.apply(answer)).orElse(APPLICATION),
                        call.audited().action(),
                        call.audited().target().apply(answer))
                .collect(joining(" "));
        List<Object> rows = TestDatabase.column(
                "select concat_ws(' ', service, actor, action, target) from audit_entry"
                        + " where request_id = ? and tenant_id = cast(? as uuid) order by id",
                answer.header("X-Request-Id"),
                Tokens.TENANT);
        if (!rows.contains(expected)) {
            wrong(Check.AUDIT, row, "the audit says " + rows + " instead of '" + expected + "'");
        }
    }

    private static long audited(Response answer) {
        return ((Number) TestDatabase.value(
                        "select count(*) from audit_entry where request_id = ?", answer.header("X-Request-Id")))
                .longValue();
    }

    private static Tenancy tenancy(Optional<Permission> alone) {
        return new Tenancy(Tokens.TENANT, APPLICATION, alone);
    }

    private void wrong(Check check, Endpoint row, String what) {
        wrong(row.route(), what);
        failed.get(check).add(row.route());
    }

    private void wrong(String route, String what) {
        wrong.computeIfAbsent(route, unused -> new ArrayList<>()).add(what);
    }

    private static String difference(String before, String after) {
        Set<String> changed = new TreeSet<>(after.lines().toList());
        changed.removeAll(before.lines().toList());
        return changed.stream()
                .map(line -> line.substring(0, line.indexOf(':')))
                .collect(joining(", "));
    }

    private String count(int built, List<Endpoint> missing) {
        return "endpoint walk of " + service + ": built " + built + " / 401 right " + right(Check.UNAUTHORIZED)
                + " / 403 right " + right(Check.FORBIDDEN) + " / tenant right " + right(Check.TENANT)
                + " / audit right " + right(Check.AUDIT) + " / missing " + missing.size() + " / wrong " + wrong.size()
                + missing.stream().map(row -> "\n  missing: " + row.route()).collect(joining());
    }

    private int right(Check check) {
        return tried.get(check).size() - failed.get(check).size();
    }
}
