alter table investigation_entity
    add column widened_after text,
    add column widened_at timestamptz;
comment on column investigation_entity.widened_after is
    'The last of the other machines with the file that was looked at, by its id; null between two passes over them';
comment on column investigation_entity.widened_at is 'When the last pass over them came to its end';
comment on column investigation_entity.value is
    'SHA-1 of a file, else its SHA-256; the path of a process'' image whose hash nobody told, an address, a URL';
