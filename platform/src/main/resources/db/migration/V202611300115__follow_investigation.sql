create function follow_new_investigations() returns trigger language plpgsql as $$
begin
    insert into response_change (tenant_id, feed, subject, kind)
    select n.tenant_id, 'Investigation', n.id::text, 'Created' from added n;
    return null;
end
$$;

-- That somebody looks at one again is nothing a reader sees.
create function follow_changed_investigations() returns trigger language plpgsql set enable_nestloop to off as $$
begin
    insert into response_change (tenant_id, feed, subject, kind)
    select n.tenant_id, 'Investigation', n.id::text, 'Updated'
    from changed_to n join changed_from o on o.tenant_id = n.tenant_id and o.id = n.id
    where (n.state, n.end_ticks, n.status_details, n.cancelled_by)
        is distinct from (o.state, o.end_ticks, o.status_details, o.cancelled_by);
    return null;
end
$$;

create trigger follow_new_investigations after insert on investigation
    referencing new table as added for each statement execute function follow_new_investigations();
create trigger follow_changed_investigations after update on investigation
    referencing old table as changed_from new table as changed_to for each statement execute function follow_changed_investigations();
