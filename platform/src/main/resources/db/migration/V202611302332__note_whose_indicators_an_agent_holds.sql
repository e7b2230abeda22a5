alter table agent add column fed_group int not null default 0;
comment on column agent.fed_group is
    'The device group whose indicators the agent was told from the beginning, 0 for none: in another group it begins anew';

create index remediation_tenant_id_action_id_idx on remediation (tenant_id, action_id) where action_id is not null;
create index investigation_entity_shared_indicator_id_idx on investigation_entity (tenant_id, shared_indicator_id)
    where shared_indicator_id is not null;
