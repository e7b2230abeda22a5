-- How many calls an application made of a route in the open minute and the open hour, counted in leased blocks (docs/adr/013).
-- Unlogged: after a crash of PostgreSQL the windows open anew, and no call waits for a disk.
create unlogged table rate_bucket (
    tenant_id uuid not null,
    service text not null,
    application text not null,
    route text not null,
    minute_opened timestamptz not null,
    minute_used bigint not null default 0,
    hour_opened timestamptz not null,
    hour_used bigint not null default 0,
    constraint rate_bucket_pk primary key (tenant_id, service, application, route)
);
comment on table rate_bucket is 'Calls leased by replicas in the open minute and hour of a tenant, application and route. Written by all services, each its own rows.';
comment on column rate_bucket.minute_used is 'Leased, so at least as many as were made';

-- Leases calls to a replica: as many as are wanted, or what both windows still hold. One round trip, the database''s clock.
--   granted        how many calls the replica may let through
--   lease_millis   for how long: to the end of the first window they were taken from
--   refill_millis  when there was less than wanted: how long until there is more, else null
create function lease_calls(
    for_tenant uuid, for_service text, for_application text, for_route text,
    per_minute bigint, per_hour bigint, wanted bigint,
    out granted bigint, out lease_millis bigint, out refill_millis bigint)
    language plpgsql
    as $$
declare
    bucket rate_bucket;
    moment timestamptz;
    minute_left double precision;
    hour_left double precision;
begin
    loop -- until it is there, for it may be removed as expired between the two statements
        select * into bucket from rate_bucket
            where tenant_id = for_tenant and service = for_service and application = for_application and route = for_route
            for update;
        exit when found;
        insert into rate_bucket (tenant_id, service, application, route, minute_opened, hour_opened)
            values (for_tenant, for_service, for_application, for_route, clock_timestamp(), clock_timestamp())
            on conflict do nothing;
    end loop;
    moment := clock_timestamp(); -- once it is locked: nobody else's moment is later
    if moment >= bucket.minute_opened + interval '1 minute' then
        bucket.minute_opened := moment;
        bucket.minute_used := 0;
    end if;
    if moment >= bucket.hour_opened + interval '1 hour' then
        bucket.hour_opened := moment;
        bucket.hour_used := 0;
    end if;
    granted := greatest(0, least(wanted, per_minute - bucket.minute_used, per_hour - bucket.hour_used));
    bucket.minute_used := bucket.minute_used + granted;
    bucket.hour_used := bucket.hour_used + granted;
    minute_left := extract(epoch from bucket.minute_opened + interval '1 minute' - moment) * 1000;
    hour_left := extract(epoch from bucket.hour_opened + interval '1 hour' - moment) * 1000;
    lease_millis := floor(least(
        case when per_minute is not null then minute_left end,
        case when per_hour is not null then hour_left end));
    if granted < wanted then
        refill_millis := ceil(greatest(
            case when bucket.minute_used >= per_minute then minute_left end,
            case when bucket.hour_used >= per_hour then hour_left end));
    end if;
    update rate_bucket set minute_opened = bucket.minute_opened, minute_used = bucket.minute_used,
            hour_opened = bucket.hour_opened, hour_used = bucket.hour_used
        where tenant_id = for_tenant and service = for_service and application = for_application and route = for_route;
end
$$;

-- What a key was used for and what was answered (docs/adr/014). A row is either a finished request (status) or one that is
-- being worked on in several transactions (claimed_by, until claimed_until).
create table idempotency_key (
    tenant_id uuid not null,
    service text not null,
    owner text not null,
    route text not null,
    key_hash bytea not null,
    request_hash bytea,
    claimed_by uuid,
    claimed_until timestamptz,
    status int,
    headers jsonb,
    answer bytea,
    created_at timestamptz not null default now(),
    constraint idempotency_key_pk primary key (tenant_id, service, owner, route, key_hash),
    constraint idempotency_key_state_check check ((status is null) <> (claimed_by is null))
);
comment on table idempotency_key is 'Requests with an Idempotency-Key of the last 24 hours and their answers. Written by all services, each its own rows.';
comment on column idempotency_key.answer is 'Sealed with a key made of the Idempotency-Key and the request''s body: unreadable without both';
create index idempotency_key_created_at_idx on idempotency_key (service, created_at);

grant insert, update, delete on rate_bucket, idempotency_key to ${alert_role}, ${response_role}, ${indicator_role};

-- A role writes only its own rows: the service column must name the service whose group role the session has.
do $$
declare
    shared text;
    owned record;
begin
    foreach shared in array array['rate_bucket', 'idempotency_key'] loop
        execute format('alter table %I enable row level security', shared);
        execute format('create policy %I on %I for select using (true)', shared || '_read', shared);
        for owned in select * from (values ('alert', '${alert_role}'), ('response', '${response_role}'), ('indicator', '${indicator_role}')) as t(service, role) loop
            execute format('create policy %I on %I for insert to %I with check (service = %L)',
                shared || '_insert_' || owned.service, shared, owned.role, owned.service || '-service');
            execute format('create policy %I on %I for update to %I using (service = %L) with check (service = %L)',
                shared || '_update_' || owned.service, shared, owned.role, owned.service || '-service', owned.service || '-service');
            execute format('create policy %I on %I for delete to %I using (service = %L)',
                shared || '_delete_' || owned.service, shared, owned.role, owned.service || '-service');
        end loop;
    end loop;
end
$$;
