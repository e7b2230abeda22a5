-- A URL has as many characters as an alert's evidence may have, and a row of an index some 2,700 bytes (docs/adr/079). No
-- release has the table yet, so it may be written anew.
create function sha256_of(value text) returns bytea
    language sql immutable strict parallel safe
    return sha256(convert_to(value, 'UTF8'));
comment on function sha256_of is 'By what values of any length are told apart in an index';

alter table investigation_entity
    drop constraint investigation_entity_pk,
    add column value_sha256 bytea generated always as (sha256_of(value)) stored,
    add constraint investigation_entity_pk primary key (tenant_id, investigation_id, kind, value_sha256),
    drop constraint investigation_entity_kind_check,
    add constraint investigation_entity_kind_check check (kind in ('File', 'Process', 'Ip', 'Url')),
    drop constraint investigation_entity_verdict_check,
    add constraint investigation_entity_verdict_check check (verdict in ('Malicious', 'Suspicious', 'NoThreatsFound', 'NotExamined')),
    add column tries int not null default 0,
    add column traced_alerts int,
    add column shared_indicator_id text;
comment on column investigation_entity.tries is 'How often it could not be examined; three times, and it is left at that';
comment on column investigation_entity.traced_alerts is 'How many alerts there were when telemetry was last asked for what it left on the machine';
comment on column investigation_entity.shared_indicator_id is 'The indicator that shares its verdict, until it is taken back';
comment on column investigation_entity.value is 'SHA-1 of a file, the path of a process'' image whose hash nobody told, an address, a URL';
