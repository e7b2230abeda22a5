-- The alerts of a domain and of an account, whoever wrote the evidence and in whatever case (docs/adr/026). Hash, as its
-- neighbours, since a sender may write texts longer than a B-tree takes.
create function url_host(url text) returns text
    language sql immutable strict parallel safe
    as $$ select nullif(lower(regexp_replace(regexp_replace(regexp_replace(regexp_replace(btrim(url),
        '^[A-Za-z][A-Za-z0-9+.-]*://', ''), '[/?#].*$', ''), '^.*@', ''), '\.?(:\d+)?$', '')), '') $$;
comment on function url_host is 'The host of an address with or without a scheme, or null';
create index alert_evidence_url_host_idx on alert_evidence using hash (url_host(url)) where url is not null;
create index alert_evidence_lower_account_name_idx on alert_evidence using hash (lower(account_name))
    where account_name is not null;
