-- What agents say is installed on their machines, and which updates are not (docs/adr/075).
create table machine_inventory (
    tenant_id uuid not null,
    machine_id text not null,
    software jsonb not null default '[]',
    missing_kbs jsonb not null default '[]',
    constraint machine_inventory_pk primary key (tenant_id, machine_id)
);
comment on table machine_inventory is
    'What an agent told last of the software of its machine and of missing updates, each list whole. Written by response-service.';

-- Thousands of machines have one product: who checks in only notes what became different, and a job adds it up.
create table inventory_change (
    change_id bigint generated always as identity,
    tenant_id uuid not null,
    kind text not null,
    item text not null,
    version text not null default '',
    machines int not null,
    constraint inventory_change_pk primary key (change_id)
);
comment on table inventory_change is
    'On how many machines more, or fewer, something is than inventory_count says. Written by response-service.';

create table inventory_count (
    tenant_id uuid not null,
    kind text not null,
    item text not null,
    version text not null default '',
    machines bigint not null,
    constraint inventory_count_pk primary key (tenant_id, kind, item, version),
    constraint inventory_count_kind_check check (kind in ('Software', 'Version', 'MissingKb'))
);
comment on table inventory_count is
    'On how many machines of a tenant a product (Software), a version of it (Version) is, or an update is missing (MissingKb). Written by response-service.';
create index inventory_count_none_idx on inventory_count (tenant_id) where machines = 0;

grant insert, update, delete on machine_inventory, inventory_change, inventory_count to ${response_role};
