-- What a process did is read in the order of its days: an index that is ordered as the partitions are lets PostgreSQL
-- read one day behind the other and stop, instead of sorting all a process did. Days made from now on get it with their
-- making; those that are there are read by the process's own index until they are dropped. No release has the one this takes
-- the place of.
drop index if exists device_event_process_key_table_name_event_ticks_idx;
create index device_event_process_key_table_name_event_time_idx on only device_event
    (tenant_id, machine_id, process_key, table_name, event_time, event_ticks, report_id)
    where table_name in ('DeviceFileEvents', 'DeviceNetworkEvents') or table_name = 'DeviceEvents' and action_type = 'DnsQueryResponse';
