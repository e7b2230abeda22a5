-- When the last event of a day's table arrived, or null.
create function device_event_day_arrived(day_table text) returns timestamptz
    language plpgsql set search_path from current
    as $$
declare
    arrived bigint;
begin
    execute format('select received_ticks from %I order by change_xid desc, event_id desc limit 1', day_table) into arrived;
    return tocsin_time(arrived);
end
$$;

-- Drops the oldest day of telemetry that is wholly before a time and whose last event arrived before it, too, so that what is
-- sent in late is kept as long as what is not. Answers the day's table, or null when there is none. One a call: the parent is locked for it.
create function expire_device_event_day(before timestamptz) returns text
    language plpgsql security definer set search_path from current
    as $$
declare
    old text;
begin
    if not pg_has_role(session_user, '${alert_role}', 'member') then
        raise exception 'only alert-service drops days of telemetry' using errcode = 'insufficient_privilege';
    end if;
    perform set_config('lock_timeout', '2s', true);
    for old in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent = 'device_event'::regclass
                 and c.relname < 'device_event_' || to_char(before at time zone 'UTC', 'YYYYMMDD')
               order by c.relname loop
        if coalesce(device_event_day_arrived(old) < before, true) then
            -- Who was writing into it when we looked is done once we have the lock: look again.
            lock table only device_event in access exclusive mode;
            if to_regclass(old) is not null and coalesce(device_event_day_arrived(old) < before, true) then
                execute format('drop table %I', old);
                return old;
            end if;
        end if;
    end loop;
    return null;
end
$$;
comment on function expire_device_event_day is 'Drops the oldest day of telemetry that nothing was added to since a time';
