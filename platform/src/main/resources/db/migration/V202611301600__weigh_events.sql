-- Who follows telemetry reads so many events at a time; a line may be a mebibyte, and thousands of those are more than a replica can hold. Null of
-- events that are older than the column.
alter table device_event add column weight int;
comment on column device_event.weight is 'Characters of all its texts and objects together: who follows events reads so much at a time';
