-- What the feeds of alerts and incidents tell: one row for each change, written with it (docs/adr/030). It says that
-- something changed, not what: readers show the alert or incident as it is when they read.
create table feed_change (
    tenant_id uuid not null,
    change_xid xid8 not null default feed_position(),
    change_id bigint generated always as identity,
    feed text not null constraint feed_change_feed_check check (feed in ('Alert', 'Incident')),
    subject text not null,
    kind text not null constraint feed_change_kind_check check (kind in ('Created', 'Updated', 'Redirected')),
    changed_ticks bigint not null default (extract(epoch from now()) * 10000000)::bigint,
    constraint feed_change_pk primary key (tenant_id, change_xid, change_id)
);
comment on table feed_change is 'Changes of alerts and incidents in the order feeds give them, by triggers of these. Written by alert-service.';
comment on column feed_change.subject is 'The id of the alert or incident';
comment on column feed_change.changed_ticks is 'When the transaction of the change began; the order is (change_xid, change_id)';

create table feed_position (
    tenant_id uuid not null,
    consumer text not null,
    change_xid xid8 not null,
    change_id bigint not null,
    constraint feed_position_pk primary key (tenant_id, consumer)
);
comment on table feed_position is 'How far a follower of our own has read a tenant''s feed_change. Written by alert-service.';

create table feed_key (
    tenant_id uuid not null,
    service text not null,
    sealed bytea not null,
    constraint feed_key_pk primary key (tenant_id, service)
);
comment on table feed_key is 'What a tenant''s cursors are signed with, sealed (docs/adr/023). Written by all services, each its own rows.';

grant insert, delete on feed_change to ${alert_role};
grant insert, update, delete on feed_position to ${alert_role};
grant insert on feed_key to ${alert_role}, ${response_role}, ${indicator_role};

alter table feed_key enable row level security;
create policy feed_key_read on feed_key for select using (true);
create policy feed_key_alert on feed_key for insert to ${alert_role} with check (service = 'alert-service');
create policy feed_key_response on feed_key for insert to ${response_role} with check (service = 'response-service');
create policy feed_key_indicator on feed_key for insert to ${indicator_role} with check (service = 'indicator-service');
