-- A live response whose machine has gone holds no place among those that run at once.
create or replace function live_response_place(tenant uuid, most int) returns boolean language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('live-response ' || tenant, 0));
    return (select count(*) from machine_action
        where tenant_id = tenant and type = 'LiveResponse' and status = 'InProgress' and lease_expires_at > now()) < most;
end
$$;

comment on column machine_action.cancelled_in is
    'The state a cancellation or the deadline met: Pending, and the machine never heard of it; InProgress, and it may have done it all the same';
comment on column machine_action.cancel_told is 'Whether the machine''s agent has heard that it need not do it any more';

alter table action_file add column lease text;
comment on column action_file.lease is 'The lease the file was begun under: an agent that begins again under another one begins anew';
