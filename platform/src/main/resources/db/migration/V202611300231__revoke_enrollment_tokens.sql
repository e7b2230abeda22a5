alter table enrollment_token add column revoked_by text;
comment on column enrollment_token.revoked_by is 'Who took it back before it was used';
