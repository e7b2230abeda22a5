create function follow_new_incidents() returns trigger language plpgsql as $$
begin
    insert into feed_change (tenant_id, feed, subject, kind)
    select n.tenant_id, 'Incident', n.incident_id::text, 'Created' from added n;
    return null;
end
$$;

create function follow_changed_incidents() returns trigger language plpgsql set enable_nestloop to off as $$
begin
    insert into feed_change (tenant_id, feed, subject, kind)
    select n.tenant_id, 'Incident', n.incident_id::text,
        case when n.status = 'Redirected' and o.status <> 'Redirected' then 'Redirected' else 'Updated' end
    from changed_to n join changed_from o on o.incident_id = n.incident_id
    where n is distinct from o;
    return null;
end
$$;

create trigger follow_new_incidents after insert on incident
    referencing new table as added for each statement execute function follow_new_incidents();
create trigger follow_changed_incidents after update on incident
    referencing old table as changed_from new table as changed_to for each statement execute function follow_changed_incidents();
