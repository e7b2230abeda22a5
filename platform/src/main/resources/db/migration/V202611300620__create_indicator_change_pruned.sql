-- Up to where changes of indicators were forgotten (docs/adr/064). Who goes on behind a place before that has missed some.
create table indicator_change_pruned (
    tenant_id uuid not null,
    change_xid xid8 not null,
    change_id bigint not null,
    constraint indicator_change_pruned_pk primary key (tenant_id)
);
comment on table indicator_change_pruned is 'The last change of a tenant''s indicators that is gone. Written by indicator-service.';
grant insert, update on indicator_change_pruned to ${indicator_role};
