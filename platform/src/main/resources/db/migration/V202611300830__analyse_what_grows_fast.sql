-- Statements are planned by what is known of their tables, and kept so until that changes. Autovacuum looks once a minute:
-- what is stored in the first minute of an installation, or of a day's partition, is worked with by plans for empty tables.
-- Analyses the one table that has grown most since anybody looked, at least fivefold and by a thousand rows; answers its
-- name, or null when there is none. A table that somebody else works on (a migration, autovacuum) is left to them.
create function analyse_grown_table() returns text
    language plpgsql security definer set search_path from current
    as $$
declare
    grown text;
begin
    if not pg_try_advisory_xact_lock(hashtext('analyse_grown_table')) then
        return null;
    end if;
    select oid::regclass::text into grown from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r'
        and relowner = (select oid from pg_roles where rolname = current_user)
        and pg_stat_get_mod_since_analyze(oid) >= greatest(1000, 4 * reltuples)
    order by pg_stat_get_mod_since_analyze(oid) desc, oid limit 1;
    if grown is not null then
        execute 'analyze (skip_locked) ' || grown;
    end if;
    return grown;
end
$$;
comment on function analyse_grown_table is 'Has PostgreSQL look at the table that has grown most since it last did';
revoke execute on function analyse_grown_table from public;
grant execute on function analyse_grown_table to ${alert_role}, ${response_role}, ${indicator_role};
