-- Who touched an address or a file nearest to a time is read off an index that ends in the time, however often others did.
-- Days made from now on get them with their making; those that are there are read by their time until they are dropped. No
-- release has those they take the place of.
drop index if exists device_event_tenant_id_machine_id_remote_ip_idx;
drop index if exists device_event_tenant_id_machine_id_sha1_idx;
drop index if exists device_event_tenant_id_machine_id_sha256_idx;
create index device_event_tenant_id_machine_id_remote_ip_event_ticks_idx on only device_event
    (tenant_id, machine_id, remote_ip, event_ticks) where remote_ip is not null;
create index device_event_tenant_id_machine_id_sha1_event_ticks_idx on only device_event
    (tenant_id, machine_id, sha1, event_ticks) where sha1 is not null and table_name in ('DeviceProcessEvents', 'DeviceFileEvents');
create index device_event_tenant_id_machine_id_sha256_event_ticks_idx on only device_event
    (tenant_id, machine_id, sha256, event_ticks) where sha256 is not null and table_name in ('DeviceProcessEvents', 'DeviceFileEvents');
-- What a process did, by kind, in its order.
create index device_event_process_key_table_name_event_ticks_idx on only device_event
    (tenant_id, machine_id, process_key, table_name, event_ticks, report_id)
    where table_name in ('DeviceFileEvents', 'DeviceNetworkEvents') or table_name = 'DeviceEvents' and action_type = 'DnsQueryResponse';
