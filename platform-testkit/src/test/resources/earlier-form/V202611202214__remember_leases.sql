alter table machine_action add column leases uuid[] not null default '{}';
comment on column machine_action.leases is 'Every lease the action was delivered with; a report names one of them';
update machine_action set leases = array[lease_id] where lease_id is not null;
