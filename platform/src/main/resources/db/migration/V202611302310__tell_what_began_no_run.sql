-- What did not begin a playbook leaves a trace where its owner looks (docs/adr/076).
alter table playbook
    add column suppressed bigint not null default 0,
    add column suppressed_ticks bigint,
    add column problem text,
    add column problem_ticks bigint;
comment on column playbook.suppressed is 'Runs that were not begun since there were too many in the hour';
comment on column playbook.problem is 'Why it could not be begun, until it is changed';
