-- What a tenant's secrets are sealed with, wrapped by a master key that is not in the database (docs/adr/023).
create table data_key (
    tenant_id uuid not null,
    service text not null,
    id uuid not null,
    generation int not null,
    master_key text not null,
    wrapped bytea not null,
    created_at timestamptz not null default now(),
    wrapped_at timestamptz not null default now(),
    constraint data_key_tenant_id_service_id_pk primary key (tenant_id, service, id),
    constraint data_key_tenant_id_service_generation_key unique (tenant_id, service, generation)
);
comment on table data_key is 'Data keys of a tenant and service, wrapped by a master key. Written by all services, each its own rows.';
comment on column data_key.generation is 'Counts from 1; the highest seals. Two replicas that make one at once make the same, and one of them wins';
comment on column data_key.master_key is 'The id of the master key that wraps it; the key itself is configuration';
create index data_key_service_master_key_idx on data_key (service, master_key);

grant insert, update on data_key to ${alert_role}, ${response_role}, ${indicator_role};

-- A role reads and writes only its own rows, unlike those of other shared tables: nobody else has any use for them.
alter table data_key enable row level security;
do $$
declare
    owned record;
begin
    for owned in select * from (values ('alert', '${alert_role}'), ('response', '${response_role}'), ('indicator', '${indicator_role}')) as t(service, role) loop
        execute format('create policy %I on data_key to %I using (service = %L) with check (service = %L)',
            'data_key_' || owned.service, owned.role, owned.service || '-service', owned.service || '-service');
    end loop;
end
$$;

-- A recorded answer is sealed with a data key, too. The release before cannot open that and reads `status` and `answer`, so
-- that such a row must look to it like a request that is still being worked on, which it answers 409 with Retry-After.
alter table idempotency_key add column sealed_status int;
comment on column idempotency_key.sealed_status is
    'The status of an answer that is sealed with a data key, where claimed_by is 00000000-0000-0000-0000-000000000000 and claimed_until its end';
comment on column idempotency_key.answer is
    'Sealed with a key made of the Idempotency-Key and the request''s body; and, beside a sealed_status, with a data key: unreadable without all of them';
