create table indicator_import (
    tenant_id uuid not null,
    id text not null,
    owner text not null,
    started_ticks bigint not null,
    updated_ticks bigint not null,
    lines bigint not null default 0,
    created bigint not null default 0,
    updated bigint not null default 0,
    unchanged bigint not null default 0,
    refused bigint not null default 0,
    finished boolean not null default false,
    constraint indicator_import_pk primary key (tenant_id, id)
);
comment on table indicator_import is 'How far imports that have an id have come, for 30 days. Written by indicator-service.';
comment on column indicator_import.lines is 'The line up to which everything is done; moved in the transaction that did it';
grant insert, update, delete on indicator_import to ${indicator_role};
