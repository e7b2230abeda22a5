create table indicator_warning (
    tenant_id uuid not null,
    id bigint generated always as identity,
    indicator_type text not null,
    match_value text not null,
    reason text not null,
    created_by text not null,
    created_ticks bigint not null,
    constraint indicator_warning_pk primary key (tenant_id, id),
    constraint indicator_warning_tenant_id_type_value_key unique (tenant_id, indicator_type, match_value)
);
comment on table indicator_warning is 'What a tenant must not block, beside what is built in. Written by indicator-service.';
grant insert, update, delete on indicator_warning to ${indicator_role};
