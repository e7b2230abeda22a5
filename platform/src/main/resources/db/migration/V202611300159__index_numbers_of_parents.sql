-- Whose parent is looked for by this number: none where every log names the parent itself.
drop index concurrently if exists process_parent_process_id_idx;
create index concurrently process_parent_process_id_idx on process (tenant_id, machine_id, parent_process_id)
    where parent_process_id is not null;
