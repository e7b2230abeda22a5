package io.tocsin.indicator.source;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.strings;
import static io.tocsin.db.Statements.time;

import io.tocsin.wire.WireTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/// A row of `indicator_source`.
record Source(
        UUID tenant,
        long id,
        String name,
        Kind kind,
        String url,
        boolean enabled,
        Trust trust,
        String type,
        String action,
        String title,
        String description,
        String severity,
        Boolean generateAlert,
        Long expires,
        long every,
        List<String> columns,
        Login login,
        String loginName,
        byte[] loginSecret,
        String etag,
        String lastModified,
        String addedAfter,
        WireTime full,
        WireTime next,
        String createdBy,
        WireTime created,
        WireTime updated) {

    /// What a list is written in.
    enum Kind {
        /// A value a line.
        Lines,
        /// A table.
        Csv,
        /// Attributes of MISP, as an event or an answer of its API has them.
        Misp,
        /// A bundle of STIX 2.1.
        Stix,
        /// A collection of a TAXII 2.1 server.
        Taxii
    }

    enum Trust {
        /// Entries do what they say.
        Full,
        /// Entries are watched for only, whatever they say.
        Audit
    }

    /// How we tell the server who we are.
    enum Login {
        None,
        Basic,
        Bearer,
        /// A header of the name.
        Header
    }

    static final String COLUMNS = """
            tenant_id, id, name, kind, url, enabled, trust, indicator_type, action, title, description, severity,
            generate_alert, expires_seconds, every_seconds, columns, login, login_name, login_secret, etag, last_modified,
            added_after, full_ticks, next_ticks, created_by, created_ticks, updated_ticks
            """;

    static Source of(ResultSet row) throws SQLException {
        boolean alert = row.getBoolean("generate_alert");
        Boolean generateAlert = row.wasNull() ? null : Boolean.valueOf(alert);
        return new Source(
                row.getObject("tenant_id", UUID.class),
                row.getLong("id"),
                row.getString("name"),
                Kind.valueOf(row.getString("kind")),
                row.getString("url"),
                row.getBoolean("enabled"),
                Trust.valueOf(row.getString("trust")),
                row.getString("indicator_type"),
                row.getString("action"),
                row.getString("title"),
                row.getString("description"),
                row.getString("severity"),
                generateAlert,
                number(row, "expires_seconds"),
                row.getLong("every_seconds"),
                strings(row, "columns"),
                Login.valueOf(row.getString("login")),
                row.getString("login_name"),
                row.getBytes("login_secret"),
                row.getString("etag"),
                row.getString("last_modified"),
                row.getString("added_after"),
                time(row, "full_ticks"),
                time(row, "next_ticks"),
                row.getString("created_by"),
                time(row, "created_ticks"),
                time(row, "updated_ticks"));
    }

    /// Who its indicators are created by, and who alone they are changed by.
    String owner() {
        return "source:" + name;
    }
}
