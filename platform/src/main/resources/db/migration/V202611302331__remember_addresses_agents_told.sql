-- What agents say of their addresses, beside what telemetry shows (machine_address): a machine is found by either.
create table machine_told_address (
    tenant_id uuid not null,
    address text not null,
    day int not null,
    machine_id text not null,
    first_ticks bigint not null,
    last_ticks bigint not null,
    constraint machine_told_address_pk primary key (tenant_id, address, day, machine_id)
);
comment on table machine_told_address is
    'Which machine said that it had an address, from when to when on a UTC day (days since 1970). Written by response-service.';
create index machine_told_address_day_idx on machine_told_address (day);

grant insert, update, delete on machine_told_address to ${response_role};
