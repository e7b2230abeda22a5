-- Logon types, sizes and publishers are columns of hunting tables that have none of their own here.
alter table device_event add column if not exists other_columns jsonb;
comment on column device_event.other_columns is 'The columns of the hunting table that have none of their own here, under their names there';
