alter table investigation
    add column failures int not null default 0,
    add column by_hand boolean not null default false,
    add column asked_by text[] not null default '{}';
comment on column investigation.failures is 'How often in a row it could not be taken on; after some it has failed';
comment on column investigation.by_hand is 'Whether somebody asked for it by hand, so that all open alerts of its machine count';
comment on column investigation.asked_by is 'The people and applications behind it: who started it, joined it by hand, or made an alert of it by reference';
