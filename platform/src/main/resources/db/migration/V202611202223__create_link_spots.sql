-- Where alerts can be linked: docs/adr/028.
create table alert_link_spot (
    tenant_id uuid not null,
    kind text not null,
    value text not null,
    spot_id bigint generated always as identity,
    incident_id bigint not null,
    from_ticks bigint not null,
    to_ticks bigint not null,
    constraint alert_link_spot_pk primary key (tenant_id, kind, value, spot_id)
);
comment on table alert_link_spot is
    'A value, and a span of time in which alerts of one incident hold it without a longer gap than its rule allows. Written by alert-service.';
create index alert_link_spot_tenant_id_incident_id_idx on alert_link_spot (tenant_id, incident_id);

create table alert_link_machine (
    tenant_id uuid not null,
    kind text not null,
    value text not null,
    machine_id text not null,
    first_day int not null,
    constraint alert_link_machine_pk primary key (tenant_id, kind, value, machine_id)
);
comment on table alert_link_machine is
    'Which machines'' alerts have held a value; an alert without a machine counts as one. Written by alert-service.';
comment on column alert_link_machine.first_day is 'The UTC day of the first event, in days since 1970';

create table alert_link_day (
    tenant_id uuid not null,
    kind text not null,
    value text not null,
    day int not null,
    common boolean not null,
    constraint alert_link_day_pk primary key (tenant_id, kind, value, day)
);
comment on table alert_link_day is
    'Whether a value was common before a day: found once, kept for good, so that it does not depend on who asks when. Written by alert-service.';

create table incident_apart (
    tenant_id uuid not null,
    incident_id bigint not null,
    other_incident_id bigint not null,
    constraint incident_apart_pk primary key (tenant_id, incident_id, other_incident_id)
);
comment on table incident_apart is
    'Incidents a person has taken apart, each pair both ways: they are not merged again by a link. Written by alert-service.';

create table machine_address (
    tenant_id uuid not null,
    address text not null,
    day int not null,
    machine_id text not null,
    first_ticks bigint not null,
    last_ticks bigint not null,
    constraint machine_address_pk primary key (tenant_id, address, day, machine_id)
);
comment on table machine_address is
    'Which machine had an address of its own, from when to when on a UTC day (days since 1970). Written by alert-service.';

grant insert, update, delete on alert_link_spot, alert_link_machine, alert_link_day, incident_apart, machine_address to ${alert_role};

-- What is open and of the last month goes on being linked; the release before does not write these tables.
insert into alert_link_spot (tenant_id, kind, value, incident_id, from_ticks, to_ticks)
select k.tenant_id, k.kind, k.value, a.incident_id,
    min(coalesce(a.first_event_ticks, a.alert_creation_ticks)),
    max(coalesce(a.last_event_ticks, a.first_event_ticks, a.alert_creation_ticks))
from (select tenant_id, alert_id, kind, value from alert_link_key
      union all
      select tenant_id, id, 'SameMachineAndTime', machine_id from alert where machine_id is not null) as k
join alert a on a.tenant_id = k.tenant_id and a.id = k.alert_id
    and a.last_update_ticks > (extract(epoch from now()) - 30 * 86400) * 1e7
join incident i on i.tenant_id = a.tenant_id and i.incident_id = a.incident_id and i.status in ('Active', 'InProgress')
group by 1, 2, 3, 4;
