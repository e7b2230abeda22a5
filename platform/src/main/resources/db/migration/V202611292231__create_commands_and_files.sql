-- Live response, the files of actions, and the library (contract 30 §5, docs/adr/038).
create table blob (
    tenant_id uuid not null,
    id uuid not null,
    size bigint not null default 0,
    created_at timestamptz not null default now(),
    constraint blob_tenant_id_id_pk primary key (tenant_id, id)
);
comment on table blob is 'Contents of files, wherever they are kept. Written by response-service.';
create index blob_created_at_idx on blob (created_at);

create table blob_chunk (
    tenant_id uuid not null,
    blob_id uuid not null,
    at_byte bigint not null,
    content bytea not null,
    constraint blob_chunk_pk primary key (tenant_id, blob_id, at_byte),
    constraint blob_chunk_blob_fk foreign key (tenant_id, blob_id) references blob (tenant_id, id) on delete cascade
);
comment on table blob_chunk is 'Pieces of blobs that are kept in the database. Written by response-service.';
alter table blob_chunk alter column content set storage external;

create table machine_action_command (
    tenant_id uuid not null,
    action_id uuid not null,
    position int not null,
    type text not null constraint machine_action_command_type_check check (type in ('PutFile', 'RunScript', 'GetFile')),
    params jsonb not null,
    status text not null default 'Created' constraint machine_action_command_status_check
        check (status in ('Created', 'Executing', 'Completed', 'Failed')),
    start_ticks bigint,
    end_ticks bigint,
    errors text[] not null default '{}',
    library_blob uuid,
    library_sha256 text,
    constraint machine_action_command_pk primary key (tenant_id, action_id, position)
);
comment on table machine_action_command is 'The commands of a live response, in their order. Written by response-service.';
comment on column machine_action_command.library_blob is 'The library''s file as it was when the action was asked for';
create index machine_action_command_library_blob_idx on machine_action_command (tenant_id, library_blob) where library_blob is not null;

create table action_file (
    tenant_id uuid not null,
    action_id uuid not null,
    part text not null,
    blob_id uuid not null,
    size bigint not null,
    received bigint not null default 0,
    constraint action_file_pk primary key (tenant_id, action_id, part),
    constraint action_file_size_check check (received between 0 and size)
);
comment on table action_file is 'What agents upload: the package of an action, or the result of a command. Written by response-service.';
comment on column action_file.part is 'package, or the position of the command';
create index action_file_tenant_id_blob_id_idx on action_file (tenant_id, blob_id);

create table library_file (
    tenant_id uuid not null,
    file_name text not null,
    sha256 text not null,
    description text,
    creation_ticks bigint not null,
    last_update_ticks bigint not null,
    created_by text not null,
    has_parameters boolean not null default false,
    parameters_description text,
    blob_id uuid not null,
    constraint library_file_pk primary key (tenant_id, file_name)
);
comment on table library_file is 'Scripts and tools of live responses. Written by response-service.';
create index library_file_tenant_id_blob_id_idx on library_file (tenant_id, blob_id);

grant insert, update, delete on blob, blob_chunk, machine_action_command, action_file, library_file to ${response_role};
