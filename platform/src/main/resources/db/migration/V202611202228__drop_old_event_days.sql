-- Drops the oldest day of events that is wholly before a day and of which nothing arrived since a time, at most one per
-- call: each drop locks the table it is a partition of, so it is a transaction of its own that would rather fail than wait.
-- Telemetry sent late, or played again, is thus kept as long as if it had just happened.
create function drop_old_device_event_day(before_day date, received_before_ticks bigint) returns text
    language plpgsql security definer set search_path from current set lock_timeout = '2s'
    as $$
declare
    old record;
    newest bigint;
begin
    if not pg_has_role(session_user, '${alert_role}', 'member') then
        raise exception 'only alert-service drops days of events' using errcode = 'insufficient_privilege';
    end if;
    for old in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent = 'device_event'::regclass and c.relname < 'device_event_' || to_char(before_day, 'YYYYMMDD')
               order by c.relname loop
        execute format('select received_ticks from %I order by change_xid desc, event_id desc limit 1', old.relname) into newest;
        if newest is null or newest < received_before_ticks then
            execute format('drop table %I', old.relname);
            return old.relname;
        end if;
    end loop;
    return null;
end
$$;
comment on function drop_old_device_event_day is 'Drops one old day of events; answers which, or null when there is none left';
grant execute on function drop_old_device_event_day to ${alert_role};
