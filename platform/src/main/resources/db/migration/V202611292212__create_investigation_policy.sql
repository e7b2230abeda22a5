-- For which alerts response-service is asked for an investigation (docs/adr/034).
create table investigation_policy (
    tenant_id uuid not null constraint investigation_policy_tenant_id_pk primary key,
    policies jsonb not null,
    per_hour int not null,
    last_updated_by text not null,
    last_update_ticks bigint not null
);
comment on table investigation_policy is 'Which alerts of a tenant are investigated without anybody asking. Written by alert-service.';

create table investigation_request (
    tenant_id uuid not null,
    alert_id text not null,
    asked_at timestamptz not null default now(),
    constraint investigation_request_tenant_id_alert_id_pk primary key (tenant_id, alert_id)
);
comment on table investigation_request is 'Investigations that were asked for in the last day, counted against the tenant''s bound. Written by alert-service.';
create index investigation_request_tenant_id_asked_at_idx on investigation_request (tenant_id, asked_at);

grant insert, update, delete on investigation_policy, investigation_request to ${alert_role};
