create table indicator_source_run (
    tenant_id uuid not null,
    source_id bigint not null,
    id bigint generated always as identity,
    state text not null constraint indicator_source_run_state_check
        check (state in ('Waiting', 'Running', 'Stored', 'Unchanged', 'Failed')),
    dry_run boolean not null,
    asked_by text,
    claimed_until_ticks bigint,
    begun_ticks bigint not null,
    ended_ticks bigint,
    http_status int,
    read bigint not null default 0,
    created bigint not null default 0,
    updated bigint not null default 0,
    unchanged bigint not null default 0,
    refused bigint not null default 0,
    error text,
    refusals jsonb,
    constraint indicator_source_run_pk primary key (tenant_id, source_id, id),
    constraint indicator_source_run_source_fk foreign key (tenant_id, source_id)
        references indicator_source (tenant_id, id) on delete cascade
);
comment on table indicator_source_run is 'Each fetching of a list: what became of its entries. Written by indicator-service.';
comment on column indicator_source_run.refusals is 'The first hundred entries that were refused, with reasons';
create index indicator_source_run_open_idx on indicator_source_run (begun_ticks) where state in ('Waiting', 'Running');
grant insert, update, delete on indicator_source_run to ${indicator_role};
