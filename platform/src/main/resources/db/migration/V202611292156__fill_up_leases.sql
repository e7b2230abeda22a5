-- What is being worked on and was delivered before leases were kept. In parts, each its own transaction.
do $$
begin
    loop
        update machine_action set leases = array[lease_id]
        where (tenant_id, id) in (select tenant_id, id from machine_action
            where status in ('Pending', 'InProgress') and lease_id is not null and leases = '{}' limit 1000);
        exit when not found;
        commit;
    end loop;
end
$$;
