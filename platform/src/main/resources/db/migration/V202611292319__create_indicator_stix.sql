-- What came by TAXII, as it came (docs/adr/044): beside the indicators that became of it, so that it goes out again as it was.
create table indicator_stix (
    tenant_id uuid not null,
    indicator_id bigint not null,
    stix_id text not null,
    ordinal bigint not null,
    object json,
    stored_ticks bigint not null,
    constraint indicator_stix_pk primary key (tenant_id, indicator_id),
    constraint indicator_stix_indicator_fk foreign key (tenant_id, indicator_id) references indicator (tenant_id, id) on delete cascade
);
comment on table indicator_stix is 'STIX objects and the indicators they stand for, by their id. Written by indicator-service.';
comment on column indicator_stix.ordinal is 'Of several indicators of one object: the one at 0 has the object';
comment on column indicator_stix.stored_ticks is 'last_update_ticks of the indicator as it was stored: where it is another now, somebody changed it since';
create index indicator_stix_tenant_id_stix_id_idx on indicator_stix (tenant_id, stix_id);

create table taxii_status (
    tenant_id uuid not null,
    id uuid not null,
    created_at timestamptz not null default now(),
    body jsonb not null,
    constraint taxii_status_pk primary key (tenant_id, id)
);
comment on table taxii_status is 'What became of the objects of a TAXII request, for seven days. Written by indicator-service.';

grant insert, update, delete on indicator_stix, taxii_status to ${indicator_role};
