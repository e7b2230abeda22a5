-- The release before delivers an action without remembering the lease: whoever reports to this one names it.
create function remember_lease() returns trigger language plpgsql as $$
begin
    new.leases := new.leases || new.lease_id;
    return new;
end
$$;
create trigger remember_lease before update of lease_id on machine_action
    for each row when (new.lease_id is not null and new.lease_id <> all (new.leases))
    execute function remember_lease();
