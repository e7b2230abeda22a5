-- Alerts whose investigation goes on: few, and looked at every second.
drop index concurrently if exists alert_investigating_idx;
create index concurrently alert_investigating_idx on alert (tenant_id, id)
    where investigation_state in ('Queued', 'Running', 'PendingApproval', 'PendingResource');
