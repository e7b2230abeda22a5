-- Each tenant's waiting alerts, oldest first, whatever another tenant has waiting. Nearly empty at any time.
create index alert_tenant_id_uncorrelated_idx on alert (tenant_id, alert_creation_ticks, id) where not correlated;
