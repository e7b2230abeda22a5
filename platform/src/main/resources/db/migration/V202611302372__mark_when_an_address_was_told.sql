-- As of machine_address: in which five minutes of the day the address was told.
alter table machine_told_address add column seen bit(288);
comment on column machine_told_address.seen is
    'Bit n is set when the machine told the address in the n-th five minutes of the day; null: not kept.';
