drop index concurrently if exists alert_tenant_id_uncorrelated_idx;
create index concurrently alert_tenant_id_uncorrelated_idx on alert (tenant_id, alert_creation_ticks, id)
    where not correlated;
