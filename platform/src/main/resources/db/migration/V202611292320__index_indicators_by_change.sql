drop index concurrently if exists indicator_tenant_id_last_update_ticks_id_idx;
create index concurrently indicator_tenant_id_last_update_ticks_id_idx on indicator (tenant_id, last_update_ticks, id);
