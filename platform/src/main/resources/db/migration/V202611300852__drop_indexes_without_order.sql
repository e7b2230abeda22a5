-- What these two answered is answered by the same columns with the id behind them.
drop index if exists alert_tenant_id_severity_idx;
drop index if exists alert_tenant_id_status_idx;
