alter table investigation_entity
    add column traced boolean not null default false,
    add column shared boolean not null default false;
comment on column investigation_entity.traced is 'Whether telemetry was asked for what the entity left on the machine';
comment on column investigation_entity.shared is 'Whether its verdict was shared with the fleet as an indicator';
