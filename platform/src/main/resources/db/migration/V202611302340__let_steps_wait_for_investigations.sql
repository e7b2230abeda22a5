-- A step of a playbook may start an investigation and wait for its end (docs/adr/082).
alter table playbook_step add column investigation_id bigint;
comment on column playbook_step.investigation_id is 'The investigation it waits for';
