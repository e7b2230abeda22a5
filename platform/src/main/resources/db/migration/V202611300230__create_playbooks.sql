-- Playbooks (docs/adr/052). A version is never changed, and stays when its playbook goes: runs go on by it.
create table playbook (
    tenant_id uuid not null,
    id uuid not null,
    name text not null,
    description text,
    enabled boolean not null,
    version int not null,
    next_at timestamptz,
    every_seconds bigint,
    created_by text not null,
    created_ticks bigint not null,
    last_updated_by text not null,
    last_update_ticks bigint not null,
    constraint playbook_tenant_id_id_pk primary key (tenant_id, id)
);
comment on table playbook is 'What is done by itself when something happens. Written by response-service.';
comment on column playbook.next_at is 'When its schedule begins it next';
create index playbook_next_at_idx on playbook (next_at) where enabled;

create table playbook_version (
    tenant_id uuid not null,
    playbook_id uuid not null,
    version int not null,
    definition jsonb not null,
    created_by text not null,
    created_ticks bigint not null,
    constraint playbook_version_pk primary key (tenant_id, playbook_id, version)
);
comment on table playbook_version is 'The definitions of playbooks, each as it was. Written by response-service.';

create table playbook_run (
    tenant_id uuid not null,
    id uuid not null,
    playbook_id uuid not null,
    playbook_name text not null,
    version int not null,
    trigger text not null constraint playbook_run_trigger_check check (trigger in ('Alert', 'Incident', 'IndicatorMatch', 'Schedule', 'Manual')),
    subject text,
    started_by text,
    dry_run boolean not null,
    state text not null constraint playbook_run_state_check check (state in ('Running', 'Succeeded', 'Failed', 'TimedOut', 'Cancelled')),
    start_ticks bigint not null,
    end_ticks bigint,
    deadline timestamptz not null,
    due timestamptz not null default now(),
    lease uuid,
    cancelled_by text,
    error text,
    input jsonb not null,
    constraint playbook_run_tenant_id_id_pk primary key (tenant_id, id),
    constraint playbook_run_end_check check ((end_ticks is null) = (state = 'Running'))
);
comment on table playbook_run is 'Runs of playbooks and how they ended. Written by response-service.';
comment on column playbook_run.due is 'When it is looked at next; while it is leased, when whoever took it is given up';
create unique index playbook_run_subject_key on playbook_run (tenant_id, playbook_id, subject)
    where trigger in ('Alert', 'Incident', 'IndicatorMatch');
create index playbook_run_due_idx on playbook_run (due) where state = 'Running';
create index playbook_run_tenant_id_start_ticks_idx on playbook_run (tenant_id, start_ticks desc, id desc);
create index playbook_run_tenant_id_playbook_id_idx on playbook_run (tenant_id, playbook_id, start_ticks desc, id desc);
create index playbook_run_end_ticks_idx on playbook_run (end_ticks) where end_ticks is not null;

create table playbook_step (
    tenant_id uuid not null,
    run_id uuid not null,
    scope text not null,
    name text not null,
    id uuid not null,
    type text not null,
    state text not null constraint playbook_step_state_check check (state in
        ('Ready', 'Waiting', 'Succeeded', 'Failed', 'TimedOut', 'Rejected', 'Cancelled')),
    item jsonb,
    input jsonb,
    output jsonb,
    error text,
    unhandled boolean not null default false,
    attempts int not null default 0,
    ref uuid,
    decision text constraint playbook_step_decision_check check (decision in ('Approved', 'Rejected')),
    decided_by text,
    comment text,
    start_ticks bigint not null,
    end_ticks bigint,
    deadline timestamptz not null,
    due timestamptz not null default now(),
    constraint playbook_step_pk primary key (tenant_id, run_id, scope, name),
    constraint playbook_step_run_fk foreign key (tenant_id, run_id) references playbook_run (tenant_id, id) on delete cascade
);
comment on table playbook_step is 'The steps of runs with what they were told and what came of it. Written by response-service.';
comment on column playbook_step.id is 'The Idempotency-Key of its call: the same at every attempt';
comment on column playbook_step.scope is 'The branches it is in, each group.number/; empty in the trunk';
comment on column playbook_step.ref is 'The machine action it waits for';

create table playbook_secret (
    tenant_id uuid not null,
    name text not null,
    host text not null,
    sealed bytea not null,
    updated_by text not null,
    updated_ticks bigint not null,
    constraint playbook_secret_pk primary key (tenant_id, name)
);
comment on table playbook_secret is 'What calls of playbooks to partners carry, sealed (docs/adr/023). Written by response-service.';

create table playbook_position (
    tenant_id uuid not null constraint playbook_position_pk primary key,
    change_xid xid8 not null,
    change_id bigint not null
);
comment on table playbook_position is 'How far new alerts and incidents were held against triggers. Written by response-service.';

grant insert, update, delete on playbook, playbook_version, playbook_run, playbook_step, playbook_secret, playbook_position
    to ${response_role};

create function follow_new_runs() returns trigger language plpgsql as $$
begin
    insert into response_change (tenant_id, feed, subject, kind)
    select n.tenant_id, 'PlaybookRun', n.id::text, 'Created' from added n;
    return null;
end
$$;

-- That somebody looks at one again is nothing a reader sees.
create function follow_changed_runs() returns trigger language plpgsql set enable_nestloop to off as $$
begin
    insert into response_change (tenant_id, feed, subject, kind)
    select n.tenant_id, 'PlaybookRun', n.id::text, 'Updated'
    from changed_to n join changed_from o on o.tenant_id = n.tenant_id and o.id = n.id
    where n.state <> o.state;
    return null;
end
$$;

create trigger follow_new_runs after insert on playbook_run
    referencing new table as added for each statement execute function follow_new_runs();
create trigger follow_changed_runs after update on playbook_run
    referencing old table as changed_from new table as changed_to for each statement execute function follow_changed_runs();
