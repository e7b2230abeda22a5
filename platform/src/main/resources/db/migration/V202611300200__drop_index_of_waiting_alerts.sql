-- alert_tenant_id_uncorrelated_idx answers all that this one did, and each alert was entered in both.
drop index if exists alert_uncorrelated_idx;
