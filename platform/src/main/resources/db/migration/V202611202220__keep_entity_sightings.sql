-- What files, domains, addresses and accounts were seen where, kept behind ingest by a follower of device_event
-- (docs/adr/026). Every column is merged by an operation in which order and repetition do not matter.

-- A bit for each hour, the first for the hour of the last sighting, each next one for the hour before: 32 days, one more
-- than can be asked for.
create function merge_sighting_hours(a bit, a_last bigint, b bit, b_last bigint) returns bit
    language sql immutable parallel safe
    as $$ select case when a_last / 36000000000 >= b_last / 36000000000
        then a | (b >> least(768, a_last / 36000000000 - b_last / 36000000000)::int)
        else (a >> least(768, b_last / 36000000000 - a_last / 36000000000)::int) | b end $$;
comment on function merge_sighting_hours is 'The hours of two sightings as bits counted back from the later of the two last times';

-- Of more than eight the first by code point: which come first in time must not matter.
create function merge_sighting_labels(a text[], b text[]) returns text[]
    language sql immutable parallel safe
    as $$ select case when b <@ a then a else (select array_agg(label order by label) from
        (select distinct label collate "C" as label from unnest(a || b) as label order by 1 limit 8) as few) end $$;

-- The beginning of the first hour with a sighting, not before the given hour; null when there is none.
create function first_sighting_hour(hours bit, last bigint, since bigint) returns bigint
    language sql immutable parallel safe
    as $$ select nullif(last / 36000000000 + 1 - length(rtrim(
        substring(hours from 1 for greatest(0, least(768, last / 36000000000 - since / 36000000000 + 1))::int)::text, '0')),
        last / 36000000000 + 1) * 36000000000 $$;

create table entity_sighting (
    tenant_id uuid not null,
    kind text not null constraint entity_sighting_kind_check check (kind in ('File', 'Domain', 'Ip', 'User')),
    value text not null,
    machine_id text not null,
    first_seen_ticks bigint not null,
    last_seen_ticks bigint not null,
    hours bit(768) not null,
    labels text[] not null default '{}',
    last_seen_day int not null generated always as ((last_seen_ticks / 864000000000)::int) stored,
    constraint entity_sighting_pk primary key (tenant_id, kind, value, machine_id)
) with (fillfactor = 80);
comment on table entity_sighting is 'Which machine saw which file, domain, address or account, and when. Written by alert-service.';
comment on column entity_sighting.value is
    'SHA-1 of a file, else its SHA-256, else its MD5; a host; an address; domain\name of an account';
comment on column entity_sighting.last_seen_ticks is 'Up to five minutes early within its hour: not every event is worth a write';
comment on column entity_sighting.hours is 'One bit an hour, counted back from the hour of last_seen_ticks';
comment on column entity_sighting.labels is 'Names of the file, logon types of the account; at most eight';
comment on column entity_sighting.last_seen_day is
    'Indexed instead of the time, which moves often: the row stays where it is in its indexes until the day changes';
create index entity_sighting_last_seen_day_idx on entity_sighting (last_seen_day);

create table file_fact (
    tenant_id uuid not null,
    hash text not null,
    sha1 text,
    sha256 text,
    md5 text,
    size bigint,
    is_pe boolean not null default false,
    publisher text,
    product_name text,
    signer text,
    issuer text,
    signer_hash text,
    is_valid_certificate boolean,
    last_seen_day int not null,
    constraint file_fact_pk primary key (tenant_id, hash)
);
comment on table file_fact is 'What telemetry has said of a file. Written by alert-service.';
comment on column file_fact.hash is 'As entity_sighting.value';
create index file_fact_tenant_id_sha256_idx on file_fact (tenant_id, sha256) where sha256 is not null;
create index file_fact_tenant_id_md5_idx on file_fact (tenant_id, md5) where md5 is not null;
create index file_fact_last_seen_day_idx on file_fact (last_seen_day);

create table user_fact (
    tenant_id uuid not null,
    account_name text not null,
    account_domain text not null,
    account_sid text,
    last_seen_day int not null,
    value text not null generated always as
        (case account_domain when '' then account_name else account_domain || '\' || account_name end) stored,
    constraint user_fact_pk primary key (tenant_id, account_name, account_domain)
);
comment on table user_fact is 'The accounts telemetry has spoken of, in lower case. Written by alert-service.';
comment on column user_fact.value is 'As entity_sighting.value';
create index user_fact_last_seen_day_idx on user_fact (last_seen_day);

grant insert, update, delete on entity_sighting, file_fact, user_fact to ${alert_role};
