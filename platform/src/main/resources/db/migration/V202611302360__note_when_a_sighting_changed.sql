alter table indicator_sighting add column changed_ticks bigint;
comment on column indicator_sighting.changed_ticks is
    'When it was last written: events come late, and who follows asks for what is new. Null: by a release that did not say so';
