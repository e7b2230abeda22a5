package io.tocsin.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTreeTest {

    private final RouteTree routes = new RouteTree(List.of(
            new Route("s", "GET", "/api/alerts"),
            new Route("s", "GET", "/api/alerts/{id}"),
            new Route("s", "PATCH", "/api/alerts/{id}"),
            new Route("s", "POST", "/api/alerts/CreateAlertByReference"),
            new Route("s", "POST", "/{tenant}/oauth2/token")));

    @ParameterizedTest
    @CsvSource({
        "/API/Alerts/,                        /api/alerts",
        "//api//alerts/Da-7_-X,               /api/alerts/Da-7_-X",
        "/api/alerts/createalertbyreference,  /api/alerts/CreateAlertByReference",
        "/api/alerts/%41lerts,                /api/alerts/%41lerts",
        "/Contoso/OAUTH2/Token,               /Contoso/oauth2/token",
        "/api/oauth2/token,                   /api/oauth2/token",
    })
    void shouldSpellLiteralsAsTheRouteAndKeepIdsWhenTheCallerDoesNot(String spelled, String canonical) {
        assertThat(match(spelled).path()).isEqualTo(canonical);
    }

    @Test
    void shouldNameEveryMethodWhenSeveralRoutesShareAPath() {
        assertThat(match("/api/alerts/x").methods()).containsExactly("GET", "PATCH");
    }

    @Test
    void shouldFindNothingWhenNoRouteHasThatShape() {
        assertThat(match("/api")).isNull();
        assertThat(match("/api/alerts/x/y")).isNull();
        assertThat(match("/")).isNull();
    }

    private RouteTree.Match match(String path) {
        List<String> segments = RouteTree.segments(path).toList();
        return routes.match(segments, segments);
    }
}
