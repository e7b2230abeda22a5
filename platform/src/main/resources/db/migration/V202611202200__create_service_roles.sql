-- One NOLOGIN group role per service. Login roles are made outside and given one of these (see deploy/ and docs/adr/004).
do $$
declare
    group_role text;
begin
    foreach group_role in array array['${alert_role}', '${response_role}', '${indicator_role}'] loop
        if not exists (select from pg_roles where rolname = group_role) then
            execute format('create role %I nologin', group_role);
        end if;
        execute format('grant usage on schema %I to %I', current_schema(), group_role);
    end loop;
end
$$;

-- Every service may read everything, also what later migrations add; what it may write is granted table by table.
alter default privileges grant select on tables to ${alert_role}, ${response_role}, ${indicator_role};

grant select on ${flyway:table} to ${alert_role}, ${response_role}, ${indicator_role};

-- For a person at psql: the moment a bigint column of 100-ns ticks stands for.
create function tocsin_time(ticks bigint) returns timestamptz
    language sql immutable parallel safe
    as 'select to_timestamp(ticks / 10000000) + (ticks % 10000000) / 10 * interval ''1 microsecond''';
comment on function tocsin_time is 'Ticks (100 ns since 1970, see docs/adr/003) as timestamptz, cut to microseconds';
