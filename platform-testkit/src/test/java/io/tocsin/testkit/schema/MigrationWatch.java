package io.tocsin.testkit.schema;

import io.tocsin.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Sees what a migration does that the schema it leaves does not show: which columns of the release before it writes,
/// whose rows it takes away, and which indexes it builds without keeping writers waiting. The triggers are of
/// statements,
/// so that they need no rows.
final class MigrationWatch {

    private static final String INSTALL = """
            create schema watch;
            create table watch.seen (what text not null);
            create function watch.note() returns trigger language plpgsql security definer as $$
            begin
                insert into watch.seen values (tg_argv[0]);
                return null;
            end $$;

            -- A build in a transaction holds a lock that keeps writers out until its end, whatever its text says.
            create function watch.note_index() returns event_trigger language plpgsql security definer as $$
            begin
                insert into watch.seen
                select 'built concurrently: ' || i.relname
                from pg_event_trigger_ddl_commands() built
                join pg_index x on x.indexrelid = built.objid join pg_class i on i.oid = x.indexrelid
                where not exists (select from pg_locks l where l.pid = pg_backend_pid() and l.relation = x.indrelid
                    and l.database = (select oid from pg_database where datname = current_database())
                    and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'));
            end $$;
            create event trigger watch_index on ddl_command_end when tag in ('CREATE INDEX')
                execute function watch.note_index();

            do $$
            declare
                known record;
            begin
                for known in
                    select c.oid, c.relname from pg_class c
                    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                      and c.relname <> 'flyway_schema_history'
                loop
                    execute format('create trigger watch_delete after delete on %I for each statement
                        execute function watch.note(%L)', known.relname, 'taken away: rows of ' || known.relname);
                    execute format('create trigger watch_truncate after truncate on %I for each statement
                        execute function watch.note(%L)', known.relname, 'taken away: rows of ' || known.relname);
                end loop;
                for known in
                    select c.relname, a.attname, a.attnum from pg_class c
                    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                      and c.relname <> 'flyway_schema_history'
                loop
                    execute format('create trigger watch_update_%s after update of %I on %I for each statement
                        execute function watch.note(%L)', known.attnum, known.attname, known.relname,
                        'changed: rows of ' || known.relname || '.' || known.attname);
                end loop;
                -- A trigger keeps the column it speaks of from being dropped, which these must not.
                delete from pg_depend where classid = 'pg_trigger'::regclass and refobjsubid > 0
                    and objid in (select oid from pg_trigger where tgname like 'watch\\_update\\_%');
            end $$;
            """;

    private MigrationWatch() {}

    /// @param postgres with the schema of the release before
    static void install(TestPostgres postgres) throws SQLException {
        try (Connection administrator = postgres.asAdministrator();
                var statement = administrator.createStatement()) {
            statement.execute(INSTALL);
        }
    }

    /// What was seen since it was last asked.
    static List<String> seen(TestPostgres postgres) throws SQLException {
        try (Connection administrator = postgres.asAdministrator();
                var statement = administrator.createStatement();
                var rows = statement.executeQuery("""
                        with seen as (delete from watch.seen returning what)
                        select distinct what from seen order by what""")) {
            var seen = new ArrayList<String>();
            while (rows.next()) {
                seen.add(rows.getString(1));
            }
            return seen;
        }
    }
}
