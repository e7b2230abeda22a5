alter table alert add column source_version_ticks bigint;
comment on column alert.source_version_ticks is
    'How new the source called what it last said of the alert (lastUpdateTime, else lastEventTime); null when it did not';

create table alert_mapping (
    tenant_id uuid not null,
    name text not null,
    definition jsonb not null,
    created_by text not null,
    created_ticks bigint not null,
    last_update_ticks bigint not null,
    constraint alert_mapping_tenant_id_name_pk primary key (tenant_id, name)
);
comment on table alert_mapping is 'How a tenant''s own JSON becomes an alert. Written by alert-service.';
grant insert, update, delete on alert_mapping to ${alert_role};
