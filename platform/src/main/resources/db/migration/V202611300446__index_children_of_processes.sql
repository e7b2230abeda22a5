-- The children of a process in the order they are told, a page at a time.
drop index concurrently if exists process_parent_process_key_idx;
create index concurrently process_parent_process_key_idx on process
    (tenant_id, machine_id, parent_process_key, coalesce(process_creation_ticks, 0), process_key) where parent_process_key is not null;
