-- What investigations found, and what is to be done about it (docs/adr/040).
create table investigation_entity (
    tenant_id uuid not null,
    investigation_id bigint not null,
    kind text not null constraint investigation_entity_kind_check check (kind in ('File', 'Ip', 'Url')),
    value text not null,
    path text,
    verdict text not null constraint investigation_entity_verdict_check check (verdict in ('Malicious', 'Suspicious', 'NoThreatsFound')),
    reasons text[] not null,
    constraint investigation_entity_pk primary key (tenant_id, investigation_id, kind, value),
    constraint investigation_entity_investigation_fk foreign key (tenant_id, investigation_id)
        references investigation (tenant_id, id) on delete cascade
);
comment on table investigation_entity is 'Evidence of investigations with its verdict and why. Written by response-service.';
comment on column investigation_entity.value is 'SHA-1 of a file, an address, a URL';

create table remediation (
    tenant_id uuid not null,
    id uuid not null,
    investigation_id bigint not null,
    machine_id text not null,
    kind text not null constraint remediation_kind_check check (kind in ('QuarantineFile')),
    target text not null,
    path text,
    verdict text not null,
    reasons text[] not null,
    status text not null constraint remediation_status_check check (status in
        ('Pending', 'Approved', 'Running', 'Succeeded', 'Failed', 'Rejected', 'Expired')),
    automatic boolean not null,
    created_ticks bigint not null,
    last_update_ticks bigint not null,
    expires_at timestamptz not null,
    decided_by text,
    decided_ticks bigint,
    comment text,
    action_id uuid,
    status_details text,
    constraint remediation_tenant_id_id_pk primary key (tenant_id, id),
    constraint remediation_investigation_target_key unique (tenant_id, investigation_id, kind, target),
    constraint remediation_investigation_fk foreign key (tenant_id, investigation_id)
        references investigation (tenant_id, id) on delete cascade
);
comment on table remediation is 'What is to be done about what an investigation found, and who decided. Written by response-service.';
comment on column remediation.automatic is 'Decided by the automation level of the machine''s device group, not by a person';
create index remediation_tenant_id_created_ticks_idx on remediation (tenant_id, created_ticks desc, id desc);
create index remediation_pending_expires_at_idx on remediation (expires_at) where status = 'Pending';

grant insert, update, delete on investigation_entity, remediation to ${response_role};
