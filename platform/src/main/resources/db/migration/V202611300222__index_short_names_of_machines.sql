-- Some senders call a machine by the first part of its name alone.
drop index concurrently if exists machine_sighting_tenant_id_device_name_pattern_idx;
create index concurrently machine_sighting_tenant_id_device_name_pattern_idx on machine_sighting
    (tenant_id, lower(device_name) text_pattern_ops);
