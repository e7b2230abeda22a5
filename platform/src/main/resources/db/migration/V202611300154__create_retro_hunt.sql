-- New indicators are held against what is stored already (docs/adr/060).
create table retro_hunt (
    tenant_id uuid not null,
    id bigint generated always as identity,
    state text not null constraint retro_hunt_state_check check (state in ('Waiting', 'Running', 'Finished')),
    since_ticks bigint not null,
    until_xid xid8 not null,
    until_id bigint not null,
    begun_ticks bigint not null,
    ready_ticks bigint not null,
    await_xid xid8,
    await_id bigint,
    phase text not null default 'Ip' constraint retro_hunt_phase_check check (phase in ('Ip', 'File', 'Domain', 'Url')),
    place text not null default '',
    looked bigint not null default 0,
    matched bigint not null default 0,
    machines bigint not null default 0,
    alerts bigint not null default 0,
    passed_over bigint not null default 0,
    updated_ticks bigint not null,
    finished_ticks bigint,
    constraint retro_hunt_pk primary key (tenant_id, id)
);
comment on table retro_hunt is 'New indicators held against stored telemetry: how far, and what was found. Written by alert-service.';
comment on column retro_hunt.since_ticks is 'Indicators changed since then are new to it';
comment on column retro_hunt.until_xid is 'The change of indicators up to which it speaks: the next one is for those behind';
comment on column retro_hunt.await_xid is 'Where matching was in the event feed when the new indicators were in force: what came before must be in the sightings';
comment on column retro_hunt.place is 'Behind this value, or this indicator, of the phase it goes on';
create unique index retro_hunt_tenant_id_open_idx on retro_hunt (tenant_id) where state <> 'Finished';
grant insert, update, delete on retro_hunt to ${alert_role};

-- Indicators of before are none that are new: matching has had them all along.
insert into retro_hunt (tenant_id, state, since_ticks, until_xid, until_id, begun_ticks, ready_ticks, updated_ticks, finished_ticks)
select c.tenant_id, 'Finished', 0, c.change_xid, c.change_id, n.ticks, n.ticks, n.ticks, n.ticks
from (select (extract(epoch from now()) * 10000000)::bigint as ticks) n,
    (select distinct on (tenant_id) tenant_id, change_xid, change_id from indicator_change
     order by tenant_id, change_xid desc, change_id desc) c;
