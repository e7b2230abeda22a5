-- Every day there are events of costs each reader of them a lock for each of its indexes: one sender of events of years past
-- could take PostgreSQL all its locks, and telemetry its place, from every tenant (docs/adr/067).
create table device_event_past_day (
    tenant_id uuid not null,
    day date not null,
    constraint device_event_past_day_day_tenant_id_pk primary key (day, tenant_id)
);
comment on table device_event_past_day is 'The days longer ago than telemetry is kept that a tenant sent events of. Written by the owner, through admit_device_event_day and expire_device_event_day.';
create index device_event_past_day_tenant_id_idx on device_event_past_day (tenant_id);

-- Whether a tenant may store events of a day; makes the day's table. Recent days are everybody's. The lock makes those who
-- open days count one after the other: what they count is what the others have committed.
create function admit_device_event_day(tenant uuid, wanted date, recent_from date, most int, most_of_tenant int) returns boolean
    language plpgsql security definer set search_path from current
    as $$
begin
    if wanted < recent_from and not exists (select from device_event_past_day p where p.day = wanted and p.tenant_id = tenant) then
        perform pg_advisory_xact_lock(hashtext('admit_device_event_day'));
        if (select count(*) from device_event_past_day p where p.tenant_id = tenant) >= most_of_tenant then
            return false;
        end if;
        if not exists (select from device_event_past_day p where p.day = wanted)
           and (select count(distinct p.day) from device_event_past_day p) >= most then
            return false;
        end if;
        insert into device_event_past_day (tenant_id, day) values (tenant, wanted) on conflict do nothing;
    end if;
    perform make_device_event_day(wanted);
    return true;
end
$$;
comment on function admit_device_event_day is 'Makes a day of events for a tenant, unless there are as many past days as there may be';
revoke execute on function admit_device_event_day from public;
grant execute on function admit_device_event_day to ${alert_role};

-- As before, and gives the tenants their day back.
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
