-- A machine, user or threat that the newest word of a source does not name is an older one's; of two older ones that come
-- out of order the newer counts.
alter table alert add column source_said_at text;
comment on column alert.source_said_at is
    'Versions of the words that said the family, the threat, the detector, the machine and the user, between commas, where the newest did not; null where it did';
