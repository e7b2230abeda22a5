-- Behind what place a reader of a followed table has missed nothing (docs/adr/049): each tenant's last row that is gone. Noted
-- in the transaction that forgets it, whichever release or service does.
create table feed_pruned (
    tenant_id uuid not null,
    followed text not null,
    change_xid xid8 not null,
    change_id bigint not null,
    constraint feed_pruned_tenant_id_followed_pk primary key (tenant_id, followed)
);
comment on table feed_pruned is 'The last row of each tenant that a followed table does not keep any more. Written by the owner, through triggers and expire_device_event_day.';
comment on column feed_pruned.followed is 'The name of the table';
comment on column feed_pruned.change_id is 'What orders the rows of one transaction in that table';

insert into feed_pruned (tenant_id, followed, change_xid, change_id)
select tenant_id, 'feed_change', change_xid, change_id from feed_position where consumer = 'pruned';

create function note_feed_pruned() returns trigger
    language plpgsql security definer set search_path from current
    as $$
begin
    insert into feed_pruned as noted (tenant_id, followed, change_xid, change_id)
    select distinct on (g.tenant_id) g.tenant_id, tg_table_name, g.change_xid, g.change_id from gone g
    order by g.tenant_id, g.change_xid desc, g.change_id desc
    on conflict (tenant_id, followed) do update set change_xid = excluded.change_xid, change_id = excluded.change_id
        where (excluded.change_xid, excluded.change_id) > (noted.change_xid, noted.change_id);
    return null;
end
$$;
comment on function note_feed_pruned is 'Notes the last rows a statement took out of a followed table';

-- The last event of each tenant in a day's table: a look into an index for each.
create function device_event_day_ends(day_table text) returns setof feed_pruned
    language plpgsql set search_path from current
    as $$
begin
    return query execute format($query$
        with recursive known(tenant_id) as (
            (select tenant_id from %1$I order by tenant_id limit 1)
            union all
            select (select e.tenant_id from %1$I e where e.tenant_id > known.tenant_id order by e.tenant_id limit 1)
            from known where known.tenant_id is not null)
        select known.tenant_id, 'device_event', e.change_xid, e.event_id
        from known cross join lateral (
            select change_xid, event_id from %1$I where tenant_id = known.tenant_id
            order by change_xid desc, event_id desc limit 1) as e
        $query$, day_table);
end
$$;

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
