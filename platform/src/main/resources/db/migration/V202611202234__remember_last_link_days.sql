-- So that a machine's value is forgotten by the last day it had it: by the first, a common value would look rare again.
alter table alert_link_machine add column last_day int;
comment on column alert_link_machine.last_day is 'The UTC day of the last event, in days since 1970; null of rows that are older than the column';
