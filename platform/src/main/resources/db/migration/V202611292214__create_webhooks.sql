-- Whom a tenant's changes are sent to, and how far they have been (docs/adr/035).
create table webhook (
    tenant_id uuid not null,
    id uuid not null,
    name text not null,
    url text not null,
    kinds text[] not null constraint webhook_kinds_check check (kinds <@ array['Alerts', 'Incidents'] and cardinality(kinds) > 0),
    alert_filter text,
    incident_filter text,
    batch_size int not null constraint webhook_batch_size_check check (batch_size between 1 and 100),
    state text not null constraint webhook_state_check check (state in ('Active', 'Paused', 'Suspended')),
    reason text,
    secret bytea not null,
    previous_secret bytea,
    previous_until_ticks bigint,
    change_xid xid8 not null,
    change_id bigint not null,
    place_ticks bigint not null,
    attempts int not null default 0,
    failing_since_ticks bigint,
    next_at timestamptz not null default now(),
    claimed_by uuid,
    claimed_until timestamptz,
    redelivers boolean not null default false,
    last_status int,
    last_error text,
    last_delivery_ticks bigint,
    created_by text not null,
    created_ticks bigint not null,
    last_updated_by text not null,
    last_update_ticks bigint not null,
    constraint webhook_tenant_id_id_pk primary key (tenant_id, id)
);
comment on table webhook is 'Targets that a tenant''s changes are sent to, each with its place in feed_change. Written by alert-service.';
comment on column webhook.secret is 'What deliveries are signed with, sealed (docs/adr/023)';
comment on column webhook.change_xid is 'Everything up to (change_xid, change_id) was answered 2xx, filtered out or is a dead letter';
comment on column webhook.redelivers is 'Whether dead letters are to be sent again';
create index webhook_next_at_idx on webhook (next_at) where state = 'Active';

create table webhook_dead_letter (
    tenant_id uuid not null,
    webhook_id uuid not null,
    id bigint generated always as identity,
    change_xid xid8 not null,
    change_id bigint not null,
    changed_ticks bigint not null,
    feed text not null,
    subject text not null,
    kind text not null,
    attempts int not null,
    last_status int,
    last_error text not null,
    dead_ticks bigint not null,
    wanted boolean not null default false,
    constraint webhook_dead_letter_tenant_id_webhook_id_id_pk primary key (tenant_id, webhook_id, id),
    constraint webhook_dead_letter_webhook_fk foreign key (tenant_id, webhook_id) references webhook (tenant_id, id) on delete cascade
);
comment on table webhook_dead_letter is 'Changes a target refused; the delivery went on behind them. Written by alert-service.';
comment on column webhook_dead_letter.wanted is 'Whether somebody asked to send it again';

grant insert, update, delete on webhook, webhook_dead_letter to ${alert_role};
