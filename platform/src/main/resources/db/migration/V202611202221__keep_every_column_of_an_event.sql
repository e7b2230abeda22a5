-- What else a hunting row or a Windows event says (docs/adr/027): no column of contract 70 is lost, and none that only few
-- events have costs the others anything.
alter table device_event add column other_columns jsonb;
comment on column device_event.other_columns is 'The columns of the hunting table that have none of their own here, under their names there';
