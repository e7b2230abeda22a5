-- Who on a machine spoke to an address, or ran or wrote a file: what an alert names besides processes.
create index device_event_tenant_id_machine_id_remote_ip_idx on device_event (tenant_id, machine_id, remote_ip)
    where remote_ip is not null;
create index device_event_tenant_id_machine_id_sha1_idx on device_event (tenant_id, machine_id, sha1)
    where sha1 is not null and table_name in ('DeviceProcessEvents', 'DeviceFileEvents');
create index device_event_tenant_id_machine_id_sha256_idx on device_event (tenant_id, machine_id, sha256)
    where sha256 is not null and table_name in ('DeviceProcessEvents', 'DeviceFileEvents');
