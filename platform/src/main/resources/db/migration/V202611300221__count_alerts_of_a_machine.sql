-- A rule's alerts on one machine, so that a noisy one does not use up what all have (docs/adr/027).
create table detection_machine_rate (
    tenant_id uuid not null,
    rule_id text not null,
    machine_id text not null,
    hour bigint not null,
    raised int not null,
    constraint detection_machine_rate_pk primary key (tenant_id, rule_id, machine_id, hour)
);
comment on table detection_machine_rate is 'Alerts a rule raised on a machine in an hour. Written by alert-service.';
create index detection_machine_rate_hour_idx on detection_machine_rate (hour);
grant insert, update, delete on detection_machine_rate to ${alert_role};
