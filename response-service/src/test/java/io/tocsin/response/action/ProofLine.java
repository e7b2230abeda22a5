package io.tocsin.response.action;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.db.Statements;
import io.tocsin.testkit.TestPostgres;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/// A connection as the service has it, which only its proof commits, and the repository on it.
record ProofLine(Connection connection, ActionRepository actions, Statements statements) {

    static ProofLine to(TestPostgres postgres) throws SQLException {
        Connection connection = postgres.as("response-service");
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("set synchronous_commit = off");
        }
        connection.commit();
        var statements = new Statements(always(connection));
        return new ProofLine(connection, new ActionRepository(statements, new ObjectMapper()), statements);
    }

    /// A data source of one connection, which its users cannot close.
    private static DataSource always(Connection connection) {
        Object kept = Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                        method.getName().equals("close") ? null : method.invoke(connection, arguments));
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> kept);
    }
}
