-- Whatever statement changes alerts, also one of the release before, leaves a row in feed_change for each of them.
create function follow_new_alerts() returns trigger language plpgsql as $$
begin
    insert into feed_change (tenant_id, feed, subject, kind) select n.tenant_id, 'Alert', n.id, 'Created' from added n;
    return null;
end
$$;

-- That correlation still has to look at an alert, or has, is nothing a reader sees. The plan is made once a connection, maybe
-- for a statement of one row: with a nested loop the next one, of five thousand, would take seconds.
create function follow_changed_alerts() returns trigger language plpgsql set enable_nestloop to off as $$
begin
    insert into feed_change (tenant_id, feed, subject, kind)
    select n.tenant_id, 'Alert', n.id, 'Updated'
    from changed_to n join changed_from o on o.tenant_id = n.tenant_id and o.id = n.id
    where (n.last_update_ticks, n.incident_id, n.investigation_id, n.investigation_state)
        is distinct from (o.last_update_ticks, o.incident_id, o.investigation_id, o.investigation_state);
    return null;
end
$$;

create trigger follow_new_alerts after insert on alert
    referencing new table as added for each statement execute function follow_new_alerts();
create trigger follow_changed_alerts after update on alert
    referencing old table as changed_from new table as changed_to for each statement execute function follow_changed_alerts();
