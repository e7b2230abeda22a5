create table machine (
    tenant_id uuid not null,
    id text not null,
    merged_into_machine_id text,
    is_potential_duplication boolean not null default false,
    is_excluded boolean not null default false,
    exclusion_reason text,
    computer_dns_name text,
    first_seen_ticks bigint,
    last_seen_ticks bigint,
    os_platform text,
    os_processor text,
    version text,
    last_ip_address text,
    last_external_ip_address text,
    agent_version text,
    os_build bigint,
    health_status text not null default 'Unknown',
    device_value text not null default 'Normal',
    rbac_group_id int not null default 0,
    rbac_group_name text,
    risk_score text not null default 'None',
    exposure_level text not null default 'None',
    is_aad_joined boolean,
    aad_device_id uuid,
    machine_tags text[] not null default '{}',
    onboarding_status text not null default 'InsufficientInfo',
    os_architecture text,
    managed_by text not null default 'Unknown',
    managed_by_status text not null default 'Unknown',
    ip_addresses jsonb not null default '[]',
    constraint machine_tenant_id_id_pk primary key (tenant_id, id)
);
comment on table machine is 'Every device known by telemetry or by its agent. Written by response-service.';
create index machine_tenant_id_computer_dns_name_idx on machine (tenant_id, lower(computer_dns_name));
create index machine_tenant_id_last_seen_ticks_idx on machine (tenant_id, last_seen_ticks);

create table sighting_position (
    consumer text not null constraint sighting_position_consumer_pk primary key,
    change_xid xid8 not null,
    change_id bigint not null
);
comment on table sighting_position is 'How far machines have been made of machine_sighting. Written by response-service.';

create table enrollment_token (
    token_hash bytea not null constraint enrollment_token_token_hash_pk primary key,
    tenant_id uuid not null,
    created_by text not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
comment on table enrollment_token is 'One-time tokens that enrol an endpoint; only their SHA-256 is kept. Written by response-service.';

create table agent (
    agent_id uuid not null constraint agent_agent_id_pk primary key,
    tenant_id uuid not null,
    machine_id text not null,
    credential_hash bytea not null,
    enrolled_ticks bigint not null,
    last_check_in_ticks bigint,
    revoked boolean not null default false,
    constraint agent_machine_fk foreign key (tenant_id, machine_id) references machine (tenant_id, id)
);
comment on table agent is 'Endpoint agents and the SHA-256 of their credential. Written by response-service.';
create index agent_tenant_id_machine_id_idx on agent (tenant_id, machine_id);

create table machine_action (
    id uuid not null,
    tenant_id uuid not null,
    type text not null,
    lane text not null,
    title text,
    requestor text not null,
    requestor_comment text,
    status text not null constraint machine_action_status_check
        check (status in ('Pending', 'InProgress', 'Succeeded', 'Failed', 'TimeOut', 'Cancelled')),
    machine_id text not null,
    computer_dns_name text,
    creation_ticks bigint not null,
    last_update_ticks bigint not null,
    cancellation_requestor text,
    cancellation_comment text,
    cancellation_ticks bigint,
    error_hresult int not null default 0,
    scope text,
    external_id text,
    request_source text not null default 'PublicApi',
    result_message text,
    deadline timestamptz not null,
    lease_id uuid,
    lease_expires_at timestamptz,
    deliveries int not null default 0,
    constraint machine_action_tenant_id_id_pk primary key (tenant_id, id),
    constraint machine_action_machine_fk foreign key (tenant_id, machine_id) references machine (tenant_id, id)
);
comment on table machine_action is 'What endpoints were told to do and how it ended. Written by response-service.';
comment on column machine_action.lane is 'Kinds that exclude one another on a machine: one open action a lane';
comment on column machine_action.lease_expires_at is 'While set and ahead, one delivery owns the action; after it, it is delivered again';
create unique index machine_action_open_lane_key on machine_action (tenant_id, machine_id, lane)
    where status in ('Pending', 'InProgress');
create index machine_action_tenant_id_creation_ticks_idx on machine_action (tenant_id, creation_ticks desc, id desc);
create index machine_action_open_deadline_idx on machine_action (deadline) where status in ('Pending', 'InProgress');

grant insert, update, delete on machine, sighting_position, enrollment_token, agent, machine_action to ${response_role};
