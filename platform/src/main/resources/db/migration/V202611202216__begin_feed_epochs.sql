-- Feeds go on after a restore (docs/adr/024). Rows that others follow carry feed_position(), and are read below feed_horizon():
-- the transaction's id, shifted by as much as a new cluster's counter is behind what the restored rows say.
create table feed_epoch (
    seq int constraint feed_epoch_seq_pk primary key,
    label text not null constraint feed_epoch_label_key unique,
    reason text not null,
    began timestamptz not null default now(),
    shift numeric not null,
    reached xid8 not null,
    reached_at timestamptz not null default now(),
    written xid not null,
    system_identifier bigint,
    timeline text
);
comment on table feed_epoch is 'The histories this database has lived through; the last is the present one. Written by the owner, through check_feed_epoch and begin_feed_epoch.';
comment on column feed_epoch.label is 'What cursors carry; empty for the first, whose cursors may be of a release that knew no epochs';
comment on column feed_epoch.shift is 'What feed_position() adds to the transaction''s id';
comment on column feed_epoch.reached is 'Every position below it is settled for good: when a later epoch began, this much of this one is known to have survived';
comment on column feed_epoch.written is 'The transaction that wrote this row; a row that came out of a dump was written by another';

create function feed_position() returns xid8 language sql stable as 'select pg_current_xact_id()';
comment on function feed_position is 'The position of what this transaction writes, for columns that are followed';

create function feed_horizon() returns xid8 language sql stable as 'select pg_snapshot_xmin(pg_current_snapshot())';
comment on function feed_horizon is 'Below it no position will be taken any more';

-- Whether a cursor's position means now what it meant when it was given out.
create function feed_cursor_holds(cursor_label text, cursor_position xid8) returns boolean language sql stable as $$
    select exists (select from feed_epoch e
        where e.label = cursor_label
          and cursor_position < case when exists (select from feed_epoch later where later.seq > e.seq)
              then e.reached else feed_horizon() end)
$$;

-- What tells one history of a database from another as far as the server says it; a managed one may not.
create function feed_cluster(out system_identifier bigint, out timeline text) language plpgsql stable as $$
begin
    begin
        select c.system_identifier into system_identifier from pg_control_system() c;
    exception when others then null;
    end;
    begin
        timeline := left(pg_walfile_name(pg_current_wal_lsn()), 8);
    exception when others then null;
    end;
end
$$;

-- Why the present epoch is over, or null.
create function feed_epoch_end() returns text language plpgsql as $$
declare
    present record;
    cluster record;
begin
    select e.*, e.xmin as held into present from feed_epoch e order by e.seq desc limit 1;
    if not found then
        return 'the first';
    end if;
    select * into cluster from feed_cluster();
    return case
        when present.held <> present.written then 'the rows were written anew, as from a dump'
        when present.system_identifier <> cluster.system_identifier then 'another cluster has the rows'
        when present.timeline <> cluster.timeline
            then format('the cluster is on timeline %s, after %s', cluster.timeline, present.timeline)
        when feed_horizon() < present.reached then 'the transaction counter has run backwards'
    end;
end
$$;

-- Begins an epoch; answers its number. For a restore nothing here can see: the copy of a disk, started as it was.
create function begin_feed_epoch(why text) returns int
    language plpgsql set search_path from current
    as $$
declare
    before feed_epoch;
    followed record;
    found_highest numeric;
    highest numeric := 0;
    shift numeric;
    seen pg_snapshot;
begin
    lock table feed_epoch in share row exclusive mode;
    select * into before from feed_epoch order by seq desc limit 1;
    for followed in
        select a.attrelid::regclass as relation, a.attname as name
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        where a.atttypid = 'xid8'::regtype and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p')
          and not c.relispartition and c.relnamespace = current_schema()::regnamespace
    loop
        execute format('select %1$I::text::numeric from %2$s order by %1$I desc limit 1', followed.name, followed.relation)
            into found_highest;
        highest := greatest(highest, found_highest);
    end loop;
    -- A snapshot taken after that: of a counter that has only ever gone on, nothing can have been written beyond it.
    seen := pg_current_snapshot();
    shift := coalesce(before.shift, 0);
    if highest >= pg_snapshot_xmax(seen)::text::numeric + shift then
        shift := highest + 1 - pg_snapshot_xmin(seen)::text::numeric;
    end if;
    -- The shift is written into the functions, so that they stay an expression the planner puts in their place.
    execute format('create or replace function feed_position() returns xid8 language sql stable as %L', case shift
        when 0 then 'select pg_current_xact_id()'
        else format('select (pg_current_xact_id()::text::numeric + %s)::text::xid8', shift) end);
    execute format('create or replace function feed_horizon() returns xid8 language sql stable as %L', case shift
        when 0 then 'select pg_snapshot_xmin(pg_current_snapshot())'
        else format('select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric + %s)::text::xid8', shift) end);
    insert into feed_epoch (seq, label, reason, shift, reached, written, system_identifier, timeline)
    select coalesce(before.seq, 0) + 1,
        case when before.seq is null and shift = 0 then '' else right(gen_random_uuid()::text, 12) end,
        why, shift, (pg_snapshot_xmin(seen)::text::numeric + shift)::text::xid8, pg_current_xact_id()::xid,
        cluster.system_identifier, cluster.timeline
    from feed_cluster() cluster;
    return coalesce(before.seq, 0) + 1;
end
$$;

-- Begins an epoch when the present one is over, notes now and then how far it has come, and answers its number. Every
-- connection of a service begins with it, so that nothing is written into another history's positions.
create function check_feed_epoch() returns int
    language plpgsql security definer set search_path from current
    as $$
begin
    if pg_is_in_recovery() then
        return null;
    end if;
    if feed_epoch_end() is not null then
        lock table feed_epoch in share row exclusive mode;
        if feed_epoch_end() is not null then
            return begin_feed_epoch(feed_epoch_end());
        end if;
    end if;
    update feed_epoch set reached = feed_horizon(), reached_at = now(), written = pg_current_xact_id()::xid
    where seq = (select seq from feed_epoch order by seq desc limit 1 for update skip locked)
      and reached_at < now() - interval '4 seconds';
    return (select max(seq) from feed_epoch);
end
$$;
