-- What indicators have matched (docs/adr/061): a row for each machine, counted with the place in the event feed, so that no
-- event counts twice.
create table indicator_sighting (
    tenant_id uuid not null,
    indicator_id bigint not null,
    machine_id text not null,
    matches bigint not null,
    first_seen_ticks bigint not null,
    last_seen_ticks bigint not null,
    last_seen_day int not null generated always as ((last_seen_ticks / 864000000000)::int) stored,
    constraint indicator_sighting_pk primary key (tenant_id, indicator_id, machine_id)
) with (fillfactor = 80);
comment on table indicator_sighting is 'Which machine saw what an indicator speaks of, since when and how often. Written by alert-service.';
comment on column indicator_sighting.matches is 'Events whose value the indicator decided on; of telemetry that was there before it, the first and the last of each value';
comment on column indicator_sighting.last_seen_day is 'Indexed instead of the time, which moves with every match';
create index indicator_sighting_last_seen_day_idx on indicator_sighting (last_seen_day);
create index indicator_sighting_tenant_id_machine_id_idx on indicator_sighting (tenant_id, machine_id);
grant insert, update, delete on indicator_sighting to ${alert_role};
