alter table machine_action
    add column reported_lease uuid,
    add column reported_again uuid[] not null default '{}';
comment on column machine_action.reported_lease is 'The delivery whose report ended the action';
comment on column machine_action.reported_again is
    'Other deliveries that were reported after it: the agent may have carried it out more than once';
