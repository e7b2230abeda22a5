-- Links the audit's rows into one hash chain a tenant (docs/adr/015, docs/audit.md). Writers take no lock for it: a sealer
-- reads what is committed, in commit order, and appends a seal for each batch.
alter table audit_entry add column change_xid xid8 not null default pg_current_xact_id();
comment on column audit_entry.change_xid is 'The writing transaction: (change_xid, id) is the order of the chain';
drop index audit_entry_tenant_id_id_idx;
create index audit_entry_tenant_id_change_xid_id_idx on audit_entry (tenant_id, change_xid, id);
create index audit_entry_change_xid_id_idx on audit_entry (change_xid, id);

create table audit_seal (
    tenant_id uuid not null,
    seq bigint not null,
    last_change_xid xid8 not null,
    last_id bigint not null,
    entries int not null,
    sealed_ticks bigint not null,
    previous_hash bytea not null,
    hash bytea not null,
    constraint audit_seal_pk primary key (tenant_id, seq)
);
comment on table audit_seal is 'One batch of a tenant''s audit: the rows behind the seal before it, up to (last_change_xid, last_id). Written by alert-service.';
create index audit_seal_tenant_id_last_idx on audit_seal (tenant_id, last_change_xid, last_id);

create table audit_anchor (
    tenant_id uuid not null constraint audit_anchor_pk primary key,
    seq bigint not null,
    last_change_xid xid8 not null,
    last_id bigint not null,
    hash bytea not null,
    pruned_entries bigint not null
);
comment on table audit_anchor is 'Where a tenant''s chain begins after old batches were removed: the last removed seal. Written by the owner, through prune_audit.';

create table audit_position (
    consumer text not null constraint audit_position_consumer_pk primary key,
    change_xid xid8 not null,
    entry_id bigint not null
);
comment on table audit_position is 'How far the sealer has read, in (change_xid, id) order; its row is the lock between replicas. Written by alert-service.';
insert into audit_position values ('sealer', '0', 0);

-- Rows go only by whole sealed batches from the oldest end, through prune_audit.
create or replace function audit_entry_is_append_only() returns trigger
    language plpgsql
    as $$
begin
    if tg_op = 'DELETE' and coalesce(current_setting('tocsin.pruning_audit', true), '') = 'yes' then
        return null;
    end if;
    raise exception '% is append-only', tg_table_name;
end $$;
create trigger audit_seal_append_only before update or delete or truncate on audit_seal
    for each statement execute function audit_entry_is_append_only();

-- Removes a tenant's batches that were sealed before a time, at most one per call, and returns how many rows went.
-- Nothing younger than 90 days can be removed, whoever asks.
create function prune_audit(for_tenant uuid, sealed_before_ticks bigint) returns bigint
    language plpgsql security definer set search_path = public
    as $$
declare
    oldest audit_seal;
    begun audit_anchor;
    gone bigint;
    youngest bigint := (extract(epoch from now() - interval '90 days') * 10000000)::bigint;
begin
    select * into oldest from audit_seal where tenant_id = for_tenant order by seq limit 1;
    if not found or oldest.sealed_ticks >= least(sealed_before_ticks, youngest) then
        return 0;
    end if;
    select * into begun from audit_anchor where tenant_id = for_tenant;
    perform set_config('tocsin.pruning_audit', 'yes', true);
    delete from audit_entry where tenant_id = for_tenant
        and (change_xid, id) <= (oldest.last_change_xid, oldest.last_id);
    get diagnostics gone = row_count;
    delete from audit_seal where tenant_id = for_tenant and seq = oldest.seq;
    perform set_config('tocsin.pruning_audit', '', true);
    insert into audit_anchor values
        (for_tenant, oldest.seq, oldest.last_change_xid, oldest.last_id, oldest.hash, coalesce(begun.pruned_entries, 0) + gone)
        on conflict (tenant_id) do update set seq = excluded.seq, last_change_xid = excluded.last_change_xid,
            last_id = excluded.last_id, hash = excluded.hash, pruned_entries = excluded.pruned_entries;
    return gone;
end $$;
revoke all on function prune_audit(uuid, bigint) from public;

grant insert on audit_seal to ${alert_role};
grant insert, update on audit_position to ${alert_role};
grant execute on function prune_audit(uuid, bigint) to ${alert_role};
