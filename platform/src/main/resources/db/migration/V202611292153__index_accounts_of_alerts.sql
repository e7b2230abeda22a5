drop index concurrently if exists alert_evidence_lower_account_name_idx;
create index concurrently alert_evidence_lower_account_name_idx on alert_evidence using hash (lower(account_name))
    where account_name is not null;
