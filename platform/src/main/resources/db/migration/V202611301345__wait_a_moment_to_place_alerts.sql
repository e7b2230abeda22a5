-- Correlation tried the lock of placing alone, and while people went on updating alerts it never got it (docs/adr/068). Whoever waits
-- for a lock goes before those who come later: a moment of waiting is enough. A block of its own, so that giving up leaves the
-- transaction as it was.
create function place_alerts_soon(tenant text) returns boolean
    language plpgsql
    as $$
begin
    perform set_config('lock_timeout', '100', true);
    perform pg_advisory_xact_lock(hashtext('alert.correlation'), hashtext(tenant));
    return true;
exception when lock_not_available then
    return false;
end
$$;
comment on function place_alerts_soon is 'Waits a tenth of a second for the right to put alerts into incidents alone';
revoke execute on function place_alerts_soon from public;
grant execute on function place_alerts_soon to ${alert_role};

-- Who opens days counts behind who is opening one: not for longer than that one may wait.
alter function admit_device_event_day(uuid, date, date, int, int) set lock_timeout = '2s';

-- As before, and counts no day whose table is gone.
create or replace function expire_device_event_day(before timestamptz) returns text
    language plpgsql security definer set search_path from current
    as $$
declare
    old text;
    ends feed_pruned[];
begin
    if not pg_has_role(session_user, '${alert_role}', 'member') then
        raise exception 'only alert-service drops days of telemetry' using errcode = 'insufficient_privilege';
    end if;
    perform set_config('lock_timeout', '2s', true);
    delete from device_event_past_day where to_regclass('device_event_' || to_char(day, 'YYYYMMDD')) is null;
    for old in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent = 'device_event'::regclass
                 and c.relname < 'device_event_' || to_char(before at time zone 'UTC', 'YYYYMMDD')
               order by c.relname loop
        if coalesce(device_event_day_arrived(old) < before, true) then
            -- Before the lock, which nobody should wait for: an event that comes later keeps the day.
            ends := array(select e from device_event_day_ends(old) e);
            -- Who was writing into it when we looked is done once we have the lock: look again.
            lock table only device_event in access exclusive mode;
            if to_regclass(old) is not null and coalesce(device_event_day_arrived(old) < before, true) then
                execute format('drop table %I', old);
                delete from device_event_past_day where 'device_event_' || to_char(day, 'YYYYMMDD') = old;
                insert into feed_pruned as noted select * from unnest(ends)
                on conflict (tenant_id, followed) do update set change_xid = excluded.change_xid, change_id = excluded.change_id
                    where (excluded.change_xid, excluded.change_id) > (noted.change_xid, noted.change_id);
                return old;
            end if;
        end if;
    end loop;
    return null;
end
$$;
