alter table indicator_change alter column change_xid set default feed_position();
