-- Whatever statement changes actions, also one of the release before, leaves a row in response_change for each of them.
create function follow_new_actions() returns trigger language plpgsql as $$
begin
    insert into response_change (tenant_id, feed, subject, kind)
    select n.tenant_id, 'Action', n.id::text, 'Created' from added n;
    return null;
end
$$;

-- A lease that is renewed is nothing a reader sees.
create function follow_changed_actions() returns trigger language plpgsql set enable_nestloop to off as $$
begin
    insert into response_change (tenant_id, feed, subject, kind)
    select n.tenant_id, 'Action', n.id::text, 'Updated'
    from changed_to n join changed_from o on o.tenant_id = n.tenant_id and o.id = n.id
    where n.last_update_ticks <> o.last_update_ticks;
    return null;
end
$$;

create trigger follow_new_actions after insert on machine_action
    referencing new table as added for each statement execute function follow_new_actions();
create trigger follow_changed_actions after update on machine_action
    referencing old table as changed_from new table as changed_to for each statement execute function follow_changed_actions();
