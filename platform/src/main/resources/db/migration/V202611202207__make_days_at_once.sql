-- Two senders of a new day's first events met here: the second, having waited for the lock, still remembered the "no" of
-- its first look (to_regclass answers from the session's cache) and failed with "relation already exists".
create or replace function make_device_event_day(day date) returns void
    language plpgsql security definer set search_path from current
    as $$
declare
    partition text := 'device_event_' || to_char(day, 'YYYYMMDD');
begin
    if to_regclass(partition) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('make_device_event_day'));
    execute format('create table %I partition of device_event for values from (%L) to (%L)',
        partition, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
exception when duplicate_table then
    null; -- another session made it meanwhile
end
$$;
