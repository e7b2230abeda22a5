alter table audit_entry alter column change_xid set default feed_position();
