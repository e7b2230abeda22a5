-- Processes as all events together tell them, each with its path from the topmost ancestor known (docs/adr/027). A tree or
-- a branch of it is one range of the index by path: every path that begins as its own does.
create table process (
    tenant_id uuid not null,
    machine_id text not null,
    process_key text not null,
    parent_process_key text,
    path text[] collate "C" not null,
    observed boolean not null,
    process_id bigint,
    process_creation_ticks bigint,
    file_name text,
    folder_path text,
    command_line text,
    sha1 text,
    sha256 text,
    account_domain text,
    account_name text,
    account_sid text,
    received_ticks bigint not null,
    constraint process_pk primary key (tenant_id, machine_id, process_key)
);
comment on table process is 'Processes telemetry has spoken of, one row each, mended by late events. Written by alert-service.';
comment on column process.path is 'process_key of the topmost known ancestor, of every process between, and of this one';
comment on column process.observed is 'Whether its creation was seen; else it is known as somebody''s parent or by what it did';
create index process_tenant_id_machine_id_path_idx on process (tenant_id, machine_id, path);
create index process_tenant_id_machine_id_process_id_idx on process (tenant_id, machine_id, process_id, process_creation_ticks);
create index process_received_ticks_idx on process (received_ticks);

-- A tenant's own rules, and what it changed of the built-in ones.
create table detection (
    tenant_id uuid not null,
    id text not null,
    rule text,
    enabled boolean not null,
    severity text constraint detection_severity_check check (severity in ('Informational', 'Low', 'Medium', 'High')),
    exclusions jsonb not null default '[]',
    created_by text,
    created_ticks bigint,
    last_updated_by text not null,
    last_update_ticks bigint not null,
    constraint detection_tenant_id_id_pk primary key (tenant_id, id)
);
comment on table detection is 'Rules of a tenant, and settings of built-in ones (rule is null). Written by alert-service.';

create table detection_generation (
    tenant_id uuid not null constraint detection_generation_tenant_id_pk primary key,
    generation bigint not null
);
comment on table detection_generation is 'Counts the changes of a tenant''s rules: replicas that have another number read them anew. Written by alert-service.';

-- What belongs to one alert: hits of a rule in one process tree of a machine.
create table detection_hit (
    tenant_id uuid not null,
    rule_id text not null,
    machine_id text not null,
    subject text not null,
    source_ref text not null,
    hits bigint not null,
    first_event_ticks bigint not null,
    last_event_ticks bigint not null,
    told_ticks bigint not null,
    constraint detection_hit_pk primary key (tenant_id, rule_id, machine_id, subject)
);
comment on table detection_hit is 'The open alert of a rule, machine and process tree, and how often it was hit. Written by alert-service.';
comment on column detection_hit.told_ticks is 'When the alert was last brought up to date';
create index detection_hit_told_ticks_idx on detection_hit (told_ticks);

create table detection_rate (
    tenant_id uuid not null,
    rule_id text not null,
    hour bigint not null,
    raised int not null,
    suppressed bigint not null,
    constraint detection_rate_pk primary key (tenant_id, rule_id, hour)
);
comment on table detection_rate is 'Alerts a rule raised in an hour, and hits beyond its cap that raised none. Written by alert-service.';
create index detection_rate_hour_idx on detection_rate (hour);

grant insert, update, delete on process, detection, detection_generation, detection_hit, detection_rate to ${alert_role};
