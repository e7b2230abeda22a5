drop index concurrently if exists machine_tenant_id_group_generation_idx;
create index concurrently machine_tenant_id_group_generation_idx on machine (tenant_id, group_generation);
