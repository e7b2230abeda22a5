-- Who has to approve remediations, and what is shared with the fleet (docs/adr/050).
create table remediation_policy (
    tenant_id uuid not null constraint remediation_policy_tenant_id_pk primary key,
    four_eyes boolean not null,
    server_approvals int not null constraint remediation_policy_server_approvals_check check (server_approvals between 1 and 5),
    share_verdicts boolean not null,
    share_days int not null constraint remediation_policy_share_days_check check (share_days between 1 and 90),
    last_updated_by text not null,
    last_update_ticks bigint not null
);
comment on table remediation_policy is 'Who has to approve remediations of a tenant, and what is shared. Written by response-service.';

create table remediation_approval (
    tenant_id uuid not null,
    remediation_id uuid not null,
    approver text not null,
    approved_ticks bigint not null,
    comment text not null,
    constraint remediation_approval_pk primary key (tenant_id, remediation_id, approver),
    constraint remediation_approval_remediation_fk foreign key (tenant_id, remediation_id)
        references remediation (tenant_id, id) on delete cascade
);
comment on table remediation_approval is 'Who approved a remediation; it is carried out once there are enough. Written by response-service.';

grant insert, update, delete on remediation_policy, remediation_approval to ${response_role};
