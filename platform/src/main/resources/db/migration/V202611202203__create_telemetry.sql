create table device_event (
    tenant_id uuid not null,
    machine_id text not null,
    event_ticks bigint not null,
    report_id bigint not null,
    event_time timestamptz not null,
    event_id bigint generated always as identity,
    change_xid xid8 not null default pg_current_xact_id(),
    received_ticks bigint not null,
    device_name text not null,
    table_name text not null,
    action_type text not null,
    process_key text,
    process_id bigint,
    process_creation_ticks bigint,
    file_name text,
    folder_path text,
    command_line text,
    sha1 text,
    sha256 text,
    md5 text,
    account_domain text,
    account_name text,
    account_sid text,
    parent_process_key text,
    initiating_process_id bigint,
    initiating_process_creation_ticks bigint,
    initiating_process_file_name text,
    initiating_process_folder_path text,
    initiating_process_command_line text,
    initiating_process_sha1 text,
    initiating_process_sha256 text,
    remote_ip text,
    remote_port int,
    remote_url text,
    local_ip text,
    local_port int,
    protocol text,
    registry_key text,
    registry_value_name text,
    registry_value_data text,
    additional_fields jsonb,
    -- event_time is event_ticks cut to microseconds; it is here because a partition key must be.
    constraint device_event_pk primary key (tenant_id, machine_id, event_ticks, report_id, event_time)
) partition by range (event_time);
comment on table device_event is 'Device telemetry, one partition a day. Written by alert-service.';
comment on column device_event.process_key is 'pid:second of creation; the process the event is about, or that acted in it';
comment on column device_event.parent_process_key is 'pid:second of creation of the process that started process_key';

create index device_event_tenant_id_machine_id_process_key_idx on device_event (tenant_id, machine_id, process_key);
create index device_event_tenant_id_machine_id_parent_process_key_idx on device_event (tenant_id, machine_id, parent_process_key)
    where table_name = 'DeviceProcessEvents';
create index device_event_change_xid_event_id_idx on device_event (change_xid, event_id);
grant insert on device_event to ${alert_role};

-- Days are made through the owner: a service may not create tables. Safe to call at once from many sessions.
create function make_device_event_day(day date) returns void
    language plpgsql security definer set search_path from current
    as $$
declare
    partition text := 'device_event_' || to_char(day, 'YYYYMMDD');
begin
    if to_regclass(partition) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('make_device_event_day'));
    if to_regclass(partition) is null then
        execute format('create table %I partition of device_event for values from (%L) to (%L)',
            partition, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
    end if;
end
$$;
comment on function make_device_event_day is 'Creates the partition of one UTC day when it is missing';

-- Drops the partitions of days wholly before the given one; answers how many.
create function drop_device_event_days_before(day date) returns int
    language plpgsql security definer set search_path from current
    as $$
declare
    old record;
    dropped int := 0;
begin
    for old in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent = 'device_event'::regclass and c.relname < 'device_event_' || to_char(day, 'YYYYMMDD') loop
        execute format('drop table %I', old.relname);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;
revoke execute on function make_device_event_day, drop_device_event_days_before from public;
grant execute on function make_device_event_day, drop_device_event_days_before to ${alert_role};

create table machine_sighting (
    tenant_id uuid not null,
    machine_id text not null,
    device_name text not null,
    os_platform text,
    last_ip_address text,
    first_seen_ticks bigint not null,
    last_seen_ticks bigint not null,
    change_xid xid8 not null default pg_current_xact_id(),
    change_id bigint generated always as identity,
    constraint machine_sighting_tenant_id_machine_id_pk primary key (tenant_id, machine_id)
);
comment on table machine_sighting is 'Machines telemetry has spoken of; response-service makes machines of them. Written by alert-service.';
create index machine_sighting_change_xid_change_id_idx on machine_sighting (change_xid, change_id);
create index machine_sighting_tenant_id_device_name_idx on machine_sighting (tenant_id, lower(device_name));
grant insert, update on machine_sighting to ${alert_role};

create table event_position (
    consumer text not null constraint event_position_consumer_pk primary key,
    change_xid xid8 not null,
    event_id bigint not null
);
comment on table event_position is 'How far a consumer has read device_event, in (change_xid, event_id) order. Written by alert-service.';
grant insert, update on event_position to ${alert_role};
