package io.tocsin.e2e;

import io.tocsin.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;

/// Rows an installation of the release before has after some weeks, in that release's form.
final class FilledSchema {

    private static final String ROWS = """
            select make_device_event_day(current_date - d) from generate_series(-1, 9) d;
            insert into machine (tenant_id, id, computer_dns_name, first_seen_ticks, last_seen_ticks, os_platform)
            select '%1$s', encode(sha1, 'hex'), 'h' || n || '.corp.example', n, n, 'Windows11'
            from (select n, substr(sha256(n::text::bytea), 1, 20) as sha1 from generate_series(1, %2$d / 10) n) m;
            insert into incident (tenant_id, incident_name, created_ticks, last_update_ticks, status, severity)
            select '%1$s', 'Beacon on many machines', t, t, case when n %% 3 = 0 then 'Active' else 'Resolved' end, 'High'
            from (select n, (extract(epoch from now() - n * interval '1 second') * 1e7)::bigint as t
                  from generate_series(1, %2$d / 10) n) i;
            insert into alert (id, tenant_id, incident_id, source, source_ref, severity, status, title, description,
                alert_creation_ticks, first_event_ticks, last_event_ticks, last_update_ticks, machine_id, correlated)
            select 'da' || n, '%1$s', n %% (%2$d / 10) + 1, 'earlier', n::text, 'High', 'New', 'Beacon', repeat('d', 200),
                t, t, t, t, encode(substr(sha256((n %% (%2$d / 10) + 1)::text::bytea), 1, 20), 'hex'), true
            from (select n, (extract(epoch from now() - n * interval '1 second') * 1e7)::bigint as t
                  from generate_series(1, %2$d) n) a;
            insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, url, account_name)
            select '%1$s', 'da' || n, p, case p when 0 then 'Url' else 'User' end, n,
                case p when 0 then 'https://h' || n || '.example/a' end, case p when 1 then 'user' || n end
            from generate_series(1, %2$d) n, generate_series(0, 1) p;
            insert into alert_link_key (tenant_id, alert_id, kind, value)
            select '%1$s', 'da' || n, 'SharedUrl', 'https://h' || n || '.example/a' from generate_series(1, %2$d) n;
            insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name,
                table_name, action_type, remote_ip, remote_port, sha1, sha256, process_key)
            select '%1$s', encode(substr(sha256((n %% (%2$d / 10) + 1)::text::bytea), 1, 20), 'hex'),
                (extract(epoch from t) * 1e7)::bigint, n, t, (extract(epoch from t) * 1e7)::bigint, 'h',
                'DeviceNetworkEvents', 'ConnectionSuccess', '198.51.100.' || n %% 250, 443, encode(sha1, 'hex'), null, n || ':1'
            from (select n, now() - (n %% 9) * interval '1 day' as t, substr(sha256(n::text::bytea), 1, 20) as sha1
                  from generate_series(1, %3$d) n) e;
            insert into machine_action (id, tenant_id, type, lane, requestor, status, machine_id, creation_ticks,
                last_update_ticks, deadline, lease_id, lease_expires_at)
            select gen_random_uuid(), '%1$s', 'Isolate', 'isolation', 'partner',
                case when open then 'InProgress' else 'Succeeded' end, id, 1, 1, now() + interval '1 day',
                case when open then gen_random_uuid() end, case when open then now() + interval '1 hour' end
            from (select id, row_number() over () %% 4 = 0 as open from machine) m;
            insert into event_position (consumer, change_xid, event_id)
            select 'indicator-matching', max(change_xid::text::bigint)::text::xid8, max(event_id) from device_event;
            """;

    private FilledSchema() {}

    /// @param alerts how many; machines, incidents and actions are a tenth of that
    static void fill(TestPostgres postgres, String tenant, int alerts, int events) throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute(ROWS.formatted(tenant, alerts, events));
        }
        try (Connection administrator = postgres.asAdministrator();
                var statement = administrator.createStatement()) {
            statement.execute("analyze");
        }
    }
}
