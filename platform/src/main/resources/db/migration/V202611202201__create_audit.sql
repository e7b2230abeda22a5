create table audit_entry (
    id bigint generated always as identity constraint audit_entry_id_pk primary key,
    tenant_id uuid not null,
    service text not null,
    at_ticks bigint not null,
    actor text not null,
    permission text,
    action text not null,
    target text not null,
    detail jsonb,
    request_id text
);
comment on table audit_entry is 'Append-only record of every change by a person, application or service. Written by all services, each its own rows.';
create index audit_entry_tenant_id_id_idx on audit_entry (tenant_id, id);

create function audit_entry_is_append_only() returns trigger
    language plpgsql
    as $$ begin raise exception 'audit_entry is append-only'; end $$;
create trigger audit_entry_append_only before update or delete or truncate on audit_entry
    for each statement execute function audit_entry_is_append_only();

grant insert on audit_entry to ${alert_role}, ${response_role}, ${indicator_role};

-- A role writes only its own rows: the service column must name the service whose group role the session has.
alter table audit_entry enable row level security;
create policy audit_entry_read on audit_entry for select using (true);
create policy audit_entry_alert on audit_entry for insert to ${alert_role} with check (service = 'alert-service');
create policy audit_entry_response on audit_entry for insert to ${response_role} with check (service = 'response-service');
create policy audit_entry_indicator on audit_entry for insert to ${indicator_role} with check (service = 'indicator-service');
