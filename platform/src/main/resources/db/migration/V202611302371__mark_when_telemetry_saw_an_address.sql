-- In which five minutes of the day a machine was seen with an address: between its first and its last sighting it may
-- have been elsewhere (docs/adr/075). Null of rows that were begun before: of them all between counts as seen.
alter table machine_address add column seen bit(288);
comment on column machine_address.seen is
    'Bit n is set when the machine was seen with the address in the n-th five minutes of the day; null: not kept.';
