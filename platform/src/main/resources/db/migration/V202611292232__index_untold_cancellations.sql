drop index concurrently if exists machine_action_untold_idx;
create index concurrently machine_action_untold_idx on machine_action (tenant_id, machine_id)
    where cancelled_in = 'InProgress' and not cancel_told;
