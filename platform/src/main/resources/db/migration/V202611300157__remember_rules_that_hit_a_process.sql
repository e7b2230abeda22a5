-- Several logs tell of one process' creation, each something else: every one of them is asked, and each rule hits once (docs/adr/027).
alter table process add column hit_rules text[] not null default '{}';
comment on column process.hit_rules is 'Rules that the creation of the process has hit, by whichever log told of it';
