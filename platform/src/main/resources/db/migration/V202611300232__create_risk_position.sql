create table machine_risk_position (
    tenant_id uuid not null constraint machine_risk_position_pk primary key,
    change_xid xid8 not null,
    change_id bigint not null
);
comment on table machine_risk_position is 'How far changes of alerts have become risk scores of machines. Written by response-service.';

grant insert, update, delete on machine_risk_position to ${response_role};
