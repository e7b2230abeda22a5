-- Every kind of contract 40 §5, on any machine, and undone (docs/adr/050). No release has the table yet.
alter table remediation
    drop constraint remediation_kind_check,
    add constraint remediation_kind_check check (kind in ('QuarantineFile', 'KillProcess', 'RemoveRegistryKey', 'StopService',
        'DisableDriver', 'RemoveScheduledTask', 'WidenScope')),
    drop constraint remediation_status_check,
    add constraint remediation_status_check check (status in ('Pending', 'Approved', 'Running', 'Succeeded', 'Failed',
        'Rejected', 'Expired', 'Withdrawn', 'Undoing', 'Undone')),
    drop constraint remediation_investigation_target_key,
    add constraint remediation_investigation_target_key unique (tenant_id, investigation_id, machine_id, kind, target),
    add column details jsonb not null default '{}',
    add column undo_action_id uuid,
    add column undone_by text,
    add column undone_ticks bigint,
    add column undo_comment text;
comment on column remediation.details is 'What the agent needs to find the target';
comment on column remediation.undo_action_id is 'The machine action that takes it back';
create index remediation_moving_idx on remediation (tenant_id, investigation_id) where status in ('Pending', 'Approved', 'Running', 'Undoing');
create index remediation_undoing_idx on remediation (last_update_ticks) where status = 'Undoing';
