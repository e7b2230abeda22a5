create function url_host(url text) returns text
    language sql immutable strict parallel safe
    as $$ select nullif(lower(regexp_replace(regexp_replace(regexp_replace(regexp_replace(btrim(url),
        '^[A-Za-z][A-Za-z0-9+.-]*://', ''), '[/?#].*$', ''), '^.*@', ''), '\.?(:\d+)?$', '')), '') $$;
comment on function url_host is 'The host of an address with or without a scheme, or null';
