-- What was found on the network is blocked by an indicator (docs/adr/070). Checked for what comes from now on, and then for what is
-- there, of which all passes: writers wait for the first moment alone.
alter table remediation
    drop constraint remediation_kind_check,
    add constraint remediation_kind_check check (kind in ('QuarantineFile', 'KillProcess', 'RemoveRegistryKey', 'StopService',
        'DisableDriver', 'RemoveScheduledTask', 'WidenScope', 'BlockIndicator')) not valid;
alter table remediation validate constraint remediation_kind_check;
comment on column remediation.details is 'What the agent needs to find the target; of an indicator what it is, and its id once it is there';
