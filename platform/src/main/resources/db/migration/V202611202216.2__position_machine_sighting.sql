alter table machine_sighting alter column change_xid set default feed_position();
