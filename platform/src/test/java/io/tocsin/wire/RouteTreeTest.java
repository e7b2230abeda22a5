package io.tocsin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTreeTest {

    private final RouteTree routes = new RouteTree(List.of(
            new Route("s", "GET", "/api/alerts"),
            new Route("s", "GET", "/api/alerts/{id}"),
            new Route("s", "PATCH", "/api/alerts/{id}"),
            new Route("s", "POST", "/api/alerts/CreateAlertByReference"),
            new Route("s", "POST", "/{tenant}/oauth2/token"),
            new Route("m", "GET", "/api/machines/{id}"),
            new Route("m", "GET", "/api/machines/findbytag"),
            new Route("m", "GET", "/api/machines/findbyip()"),
            new Route("m", "GET", "/api/machineactions/{id}/GetLiveResponseResultDownloadLink()")));

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

    @Test
    void shouldNameTheOwnerWhenRoutesAreOfSeveralServices() {
        assertThat(match("/api/alerts/x").service()).isEqualTo("s");
        assertThat(match("/api/machines/x").service()).isEqualTo("m");
    }

    @Test
    void shouldRefuseWhenTwoServicesOwnOnePath() {
        var routes = List.of(new Route("s", "GET", "/api/x/{id}"), new Route("m", "POST", "/api/x/{other}"));

        assertThatThrownBy(() -> new RouteTree(routes)).hasMessageContaining("two owners");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/machines/findbyip(ip='10.0.0.4',timestamp=2026-01-05T10:00:00Z) | 10.0.0.4 | 2026-01-05T10:00:00Z",
                "/API/Machines/FindByIp( timestamp = '2026-01-05' , IP = 10.0.0.4 )/  | 10.0.0.4 | 2026-01-05",
                "/api/machines/findbyip(ip='it''s, here')                             | it's, here |",
                "/api/machines/findbyip()                                             | |",
            })
    void shouldReadTheArgumentsWhenThePathCallsAFunction(String path, String ip, String timestamp) {
        RouteTree.Match match = match(path);

        assertThat(match.path()).isEqualTo("/api/machines/findbyip");
        assertThat(match.arguments().get("ip")).isEqualTo(ip);
        assertThat(match.arguments().get("timestamp")).isEqualTo(timestamp);
    }

    @Test
    void shouldFindTheFunctionWhenItHangsOnAnId() {
        RouteTree.Match match = match("/api/machineActions/Ab-1/getliveresponseresultdownloadlink(INDEX=0)");

        assertThat(match.path()).isEqualTo("/api/machineactions/Ab-1/GetLiveResponseResultDownloadLink");
        assertThat(match.arguments()).containsExactly(entry("index", "0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"findbyip(ip)", "findbyip(ip='x)", "findbyip(=1)", "findbyip(ip=1,IP=2)"})
    void shouldRefuseWhenTheArgumentsOfAFunctionAreNone(String segment) {
        assertThatThrownBy(() -> match("/api/machines/" + segment)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldTakeAStaticNameBeforeAnIdWhenBothFit() {
        assertThat(match("/api/machines/FINDBYTAG").path()).isEqualTo("/api/machines/findbytag");
        assertThat(match("/api/machines/findbytags").path()).isEqualTo("/api/machines/findbytags");
        assertThat(match("/api/machines/other(ip=1)").path()).isEqualTo("/api/machines/other(ip=1)");
    }

    private RouteTree.Match match(String path) {
        List<String> segments = RouteTree.segments(path).toList();
        return routes.match(segments, segments);
    }
}
