-- What the feeds of actions, investigations and playbook runs tell, as feed_change tells alerts and incidents
-- (docs/adr/030, docs/adr/051).
create table response_change (
    tenant_id uuid not null,
    change_xid xid8 not null default feed_position(),
    change_id bigint generated always as identity,
    feed text not null constraint response_change_feed_check check (feed in ('Action', 'Investigation', 'PlaybookRun')),
    subject text not null,
    kind text not null constraint response_change_kind_check check (kind in ('Created', 'Updated')),
    changed_ticks bigint not null default (extract(epoch from now()) * 10000000)::bigint,
    constraint response_change_pk primary key (tenant_id, change_xid, change_id)
);
comment on table response_change is 'Changes of actions, investigations and playbook runs in the order feeds give them, by triggers of these. Written by response-service.';
comment on column response_change.subject is 'The id of what changed';
comment on column response_change.changed_ticks is 'When the transaction of the change began; the order is (change_xid, change_id)';

grant insert, delete on response_change to ${response_role};
