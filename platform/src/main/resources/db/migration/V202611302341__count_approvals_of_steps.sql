-- An approval of a playbook may take several people (docs/adr/083).
alter table playbook_step add column approved_by text[] not null default '{}';
comment on column playbook_step.approved_by is 'Who has approved it, until enough have';
