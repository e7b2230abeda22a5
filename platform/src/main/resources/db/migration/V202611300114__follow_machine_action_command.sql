-- The commands of a live response are part of what a reader sees of it.
create function follow_changed_commands() returns trigger language plpgsql as $$
begin
    insert into response_change (tenant_id, feed, subject, kind)
    select distinct n.tenant_id, 'Action', n.action_id::text, 'Updated' from changed_to n;
    return null;
end
$$;

create trigger follow_changed_commands after update on machine_action_command
    referencing new table as changed_to for each statement execute function follow_changed_commands();
