-- Of two that check at once, the second found the present epoch locked, passed over to the one before and noted how far
-- the present had come in that: cursors of what a restore lost were taken for good. It now passes over nothing else.
create or replace function check_feed_epoch() returns int
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
    where seq = (select present.seq from feed_epoch present where present.seq = (select max(seq) from feed_epoch)
            for update skip locked)
      and reached_at < now() - interval '4 seconds';
    return (select max(seq) from feed_epoch);
end
$$;
