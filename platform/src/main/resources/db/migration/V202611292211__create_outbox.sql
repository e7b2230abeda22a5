-- Calls that change state in another service, written with their cause and made behind its commit (docs/adr/034). A row
-- that was delivered is gone; one that is given up stays until somebody looks at it.
create table outbox (
    tenant_id uuid not null,
    service text not null,
    id uuid not null default gen_random_uuid(),
    destination text not null,
    kind text not null,
    subject text not null,
    payload jsonb not null,
    state text not null default 'Waiting' constraint outbox_state_check check (state in ('Waiting', 'Dead')),
    attempts int not null default 0,
    created_at timestamptz not null default now(),
    next_at timestamptz not null default now(),
    claimed_by uuid,
    last_error text,
    constraint outbox_tenant_id_service_id_pk primary key (tenant_id, service, id),
    constraint outbox_tenant_id_service_kind_subject_key unique (tenant_id, service, kind, subject),
    constraint outbox_payload_check check (octet_length(payload::text) <= 8192)
);
comment on table outbox is 'Calls to other services that are still to be made, or were given up. Written by all services, each its own rows.';
comment on column outbox.id is 'The Idempotency-Key of the call: the same at every attempt';
comment on column outbox.subject is 'What it is about: one call of a kind waits for each';
comment on column outbox.next_at is 'When it may be tried; while it is claimed, when whoever claimed it is given up';
create index outbox_service_destination_next_at_idx on outbox (service, destination, next_at) where state = 'Waiting';
create index outbox_service_destination_created_at_idx on outbox (service, destination, state, created_at);

grant insert, update, delete on outbox to ${alert_role}, ${response_role}, ${indicator_role};

-- A role sees and writes only its own rows: what another service is to be asked is nobody else's business.
alter table outbox enable row level security;
do $$
declare
    owned record;
begin
    for owned in select * from (values ('alert', '${alert_role}'), ('response', '${response_role}'), ('indicator', '${indicator_role}')) as t(service, role) loop
        execute format('create policy %I on outbox to %I using (service = %L) with check (service = %L)',
            'outbox_' || owned.service, owned.role, owned.service || '-service', owned.service || '-service');
    end loop;
end
$$;
