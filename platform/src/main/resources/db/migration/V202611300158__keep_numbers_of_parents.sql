-- A parent that a log tells by its number alone may become known after its child: the child remembers what it looks for.
alter table process add column parent_process_id bigint, add column parent_file_name text;
comment on column process.parent_process_id is 'The number its parent had, where no log tells more; parent_process_key is then the one found by it';
comment on column process.parent_file_name is 'What that parent was called';
