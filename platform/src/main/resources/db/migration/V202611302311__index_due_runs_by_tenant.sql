-- Due runs are taken a tenant after the other (docs/adr/076).
create index playbook_run_tenant_id_due_idx on playbook_run (tenant_id, due) where state = 'Running';
