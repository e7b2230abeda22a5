-- The tables db-scheduler wants, one per service, so that a service's role writes only its own.
do $$
declare
    owned record;
begin
    for owned in select * from (values ('alert', '${alert_role}'), ('response', '${response_role}'), ('indicator', '${indicator_role}')) as t(service, role) loop
        execute format('create table scheduled_tasks_%s (
            task_name text not null,
            task_instance text not null,
            task_data bytea,
            execution_time timestamptz not null,
            picked boolean not null,
            picked_by text,
            last_success timestamptz,
            last_failure timestamptz,
            consecutive_failures int,
            last_heartbeat timestamptz,
            version bigint not null,
            priority smallint,
            constraint scheduled_tasks_%1$s_task_name_task_instance_pk primary key (task_name, task_instance))', owned.service);
        execute format('create index scheduled_tasks_%1$s_execution_time_idx on scheduled_tasks_%1$s (execution_time)', owned.service);
        execute format('create index scheduled_tasks_%1$s_last_heartbeat_idx on scheduled_tasks_%1$s (last_heartbeat)', owned.service);
        execute format('grant insert, update, delete on scheduled_tasks_%s to %I', owned.service, owned.role);
        execute format('comment on table scheduled_tasks_%s is %L', owned.service, 'Recurring work of ' || owned.service || '-service. Written by ' || owned.service || '-service.');
    end loop;
end
$$;
