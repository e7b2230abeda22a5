-- For the feed of one tenant's events. Days made from now on get it with their making; those that are there are read by the
-- index without the tenant until they are dropped, since building one would keep telemetry waiting.
create index device_event_tenant_id_change_xid_event_id_idx on only device_event (tenant_id, change_xid, event_id);
