drop index concurrently if exists audit_entry_of_indicators_idx;
create index concurrently audit_entry_of_indicators_idx on audit_entry (tenant_id, target, id)
    where action like 'indicator.%' and service = 'indicator-service';
