alter table machine_action add column target jsonb;
comment on column machine_action.target is 'What an action of a remediation is about, as its agent is told; null for the kinds of the partner API';
