-- The name of a registry key may be longer than a row of an index. No release has the table yet.
alter table remediation drop constraint remediation_investigation_target_key;
create unique index remediation_investigation_target_key on remediation
    (tenant_id, investigation_id, machine_id, kind, sha256_of(target));
