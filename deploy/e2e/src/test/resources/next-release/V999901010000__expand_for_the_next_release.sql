-- What a release to come may do while this one runs (docs/adr/020): add, never take away, and lock one table at a time.
-- Every table gets a column, so that no statement of this release depends on there being none. Applied by
-- RollingUpgradeE2E only.
set lock_timeout = '5s';
do $$
declare
    name text;
begin
    for name in select c.relname from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
          and c.relname <> 'flyway_schema_history' order by 1
    loop
        execute format('alter table %I add column if not exists next_release_note text', name);
        commit;
    end loop;
end
$$;
create table if not exists next_release_queue (
    tenant_id uuid not null,
    id bigint generated always as identity,
    constraint next_release_queue_tenant_id_id_pk primary key (tenant_id, id)
);
