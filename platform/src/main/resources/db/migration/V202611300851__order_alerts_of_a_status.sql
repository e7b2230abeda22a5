-- As with severities.
drop index concurrently if exists alert_tenant_id_status_id_idx;
create index concurrently alert_tenant_id_status_id_idx on alert (tenant_id, status, id);
