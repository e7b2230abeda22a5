alter table machine_action
    add column sha1 text,
    add column cancelled_in text,
    add column cancel_told boolean not null default false,
    add column late_status text,
    add column late_ticks bigint;
comment on column machine_action.sha1 is 'The file a StopAndQuarantineFile is about';
comment on column machine_action.cancelled_in is
    'The state a cancellation met: Pending, and the machine never heard of it; InProgress, and it may have done it all the same';
comment on column machine_action.cancel_told is 'Whether the machine''s agent has heard of the cancellation';
comment on column machine_action.late_status is 'What the agent reported after the action had been ended without it';

-- Takes a place among the tenant's live responses, or says that there is none: asked by who is about to hand one out, so
-- the lock is held until that is committed.
create function live_response_place(tenant uuid, most int) returns boolean language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('live-response ' || tenant, 0));
    return (select count(*) from machine_action
        where tenant_id = tenant and type = 'LiveResponse' and status = 'InProgress') < most;
end
$$;
