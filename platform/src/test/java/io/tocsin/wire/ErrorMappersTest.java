package io.tocsin.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.ext.web.RoutingContext;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.RollbackException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a caller is told when the database ends a request.
class ErrorMappersTest {

    private final ErrorMappers mappers = new ErrorMappers((RoutingContext) Proxy.newProxyInstance(
            RoutingContext.class.getClassLoader(), new Class<?>[] {RoutingContext.class}, (_, _, _) -> null));

    @ParameterizedTest
    @CsvSource(textBlock = """
            08006, the connection broke
            57P01, an administrator ended it
            53100, the disk is full
            53200, there is no memory left
            58030, the disk cannot be read or written
            53300, there are too many connections
            25P03, the transaction was idle for too long
            57014, the statement took too long
            55P03, a lock was not to be had in time
            40001, another transaction came first
            40P01, two transactions waited for each other
            """)
    void shouldAskToTryAgainWhenNothingWasStored(String state, String reason) {
        // When
        var answer = mappers.unforeseen(new PersistenceException(new SQLException(reason, state)));

        // Then
        assertThat(answer.getStatus()).isEqualTo(503);
        assertThat(answer.getHeaderString(HttpHeaders.RETRY_AFTER)).isNotNull();
    }

    @Test
    void shouldAskToTryAgainWhenTheConnectionBrokeAtTheCommit() {
        // Given: as the transaction manager tells it
        var notCommitted = new RollbackException("Could not commit transaction.");
        notCommitted.addSuppressed(
                new IllegalStateException("commit", new SQLException("the connection broke", "08006")));

        // When
        var answer = mappers.unforeseen(new IllegalStateException(notCommitted));

        // Then
        assertThat(answer.getStatus()).isEqualTo(503);
    }

    @Test
    void shouldSayThatItIsOurFaultWhenAStatementWasWrong() {
        // When
        Response answer = mappers.unforeseen(new PersistenceException(new SQLException("column is missing", "42703")));

        // Then
        assertThat(answer.getStatus()).isEqualTo(500);
        assertThat(String.valueOf(answer.getEntity())).doesNotContain("column is missing");
    }
}
