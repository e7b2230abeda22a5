-- A list of alerts is told in the order of their ids. One of a severity is read off this index in that order; before, the
-- primary key was walked past all the others.
drop index concurrently if exists alert_tenant_id_severity_id_idx;
create index concurrently alert_tenant_id_severity_id_idx on alert (tenant_id, severity, id);
