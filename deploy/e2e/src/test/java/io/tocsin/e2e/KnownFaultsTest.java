package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownFaultsTest {

    private static final String PLAN = "d5a5fb10-05da-49ee-9366-ce5b71c88a1b";
    private static final String OTHER = "053ffddc-a42a-4703-a2dd-4f176bb7d944";

    private static final String LOG = """
            2026-11-29 22:47:40,691 ERROR [io.to.wi.ErrorMappers] %1$s Request failed unexpectedly: requestId=%1$s: org.hibernate.exception.GenericJDBCException: JDBC exception
            \tat io.tocsin.alert.triage.AlertResource.list(AlertResource.java:40)
            Caused by: org.postgresql.util.PSQLException: ERROR: cached plan must not change result type
            \tat org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2736)
            2026-11-29 22:47:41,001 ERROR [io.to.wi.ErrorMappers] %2$s Request failed unexpectedly: requestId=%2$s: java.lang.NullPointerException
            \tat io.tocsin.alert.triage.AlertResource.list(AlertResource.java:41)
            2026-11-29 22:47:41,002 WARN  [or.hi.or.jd.error] %2$s ERROR: cached plan must not change result type
            """.formatted(PLAN, OTHER);

    @TempDir
    Path folder;

    private final KnownFaults faults = new KnownFaults();

    @BeforeEach
    void log() throws IOException {
        faults.add(Files.writeString(folder.resolve("alert-service-0.log"), LOG));
    }

    @Test
    void shouldKnowAFaultWhenTheLogExplainsItsRequest() {
        assertThat(faults.explains(body(PLAN))).isTrue();
    }

    @Test
    void shouldKnowNoFaultWhenTheRequestFailedOfSomethingElse() {
        assertThat(faults.explains(body(OTHER))).isFalse();
    }

    @Test
    void shouldKnowNoFaultWhenNoLogOfTheReleaseBeforeHasItsRequest() {
        assertThat(faults.explains(body("7cfa35f2-acd4-4a63-8b2f-1093b0da2188")))
                .isFalse();
    }

    @Test
    void shouldKnowNoFaultWhenTheAnswerNamesNoRequest() {
        assertThat(faults.explains(body(""))).isFalse();
        assertThat(faults.explains("{}")).isFalse();
        assertThat(faults.explains("Bad Gateway")).isFalse();
        assertThat(faults.explains("")).isFalse();
    }

    private static String body(String request) {
        return "{\"error\":{\"code\":\"InternalServerError\",\"message\":\"m\",\"target\":\"" + request + "\"}}";
    }
}
