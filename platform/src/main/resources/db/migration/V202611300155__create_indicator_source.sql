-- Lists that are fetched on schedule (docs/adr/063).
create table indicator_source (
    tenant_id uuid not null,
    id bigint generated always as identity,
    name text not null,
    kind text not null constraint indicator_source_kind_check check (kind in ('Lines', 'Csv', 'Misp', 'Stix', 'Taxii')),
    url text not null,
    enabled boolean not null,
    trust text not null constraint indicator_source_trust_check check (trust in ('Full', 'Audit')),
    indicator_type text,
    action text not null,
    title text,
    description text,
    severity text,
    generate_alert boolean,
    expires_seconds bigint,
    every_seconds bigint not null,
    columns text[] not null default '{}',
    login text not null constraint indicator_source_login_check check (login in ('None', 'Basic', 'Bearer', 'Header')),
    login_name text,
    login_secret bytea,
    etag text,
    last_modified text,
    added_after text,
    full_ticks bigint,
    next_ticks bigint not null,
    created_by text not null,
    created_ticks bigint not null,
    updated_ticks bigint not null,
    constraint indicator_source_pk primary key (tenant_id, id),
    constraint indicator_source_tenant_id_name_key unique (tenant_id, name)
);
comment on table indicator_source is 'Where indicators are fetched from, and what becomes of them. Written by indicator-service.';
comment on column indicator_source.login_secret is 'Sealed (docs/adr/023), bound to the id';
comment on column indicator_source.full_ticks is 'When the list was last taken in whole, not only found unchanged';
comment on column indicator_source.added_after is 'Of a TAXII collection: what was added up to there is taken in';
create index indicator_source_next_ticks_idx on indicator_source (next_ticks) where enabled;
grant insert, update, delete on indicator_source to ${indicator_role};
