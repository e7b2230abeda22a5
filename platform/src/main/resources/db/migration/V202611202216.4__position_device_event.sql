alter table device_event alter column change_xid set default feed_position();
