-- Before a migration looks at what has been applied (docs/adr/031). It changes rows of Flyway's history, and only these.
do $$
begin
    if to_regclass('flyway_schema_history') is null then
        return;
    end if;
    -- A migration outside a transaction that did not come to its end: it is written so that it may be begun again.
    delete from flyway_schema_history where not success;
    -- Migrations that were mended before a release held them. A database that ran the earlier form, known by its checksum,
    -- has what the present forms and those after them make.
    update flyway_schema_history applied set checksum = mended.present
    from (values
        ('202611202213', -933406857, -1630222477),
        ('202611202214', 924782085, -1456189630),
        ('202611202225', -949592520, -1487203573),
        ('202611202229', -1419793243, -508596031),
        ('202611202230', -1797844358, -307817961)) as mended (version, earlier, present)
    where applied.version = mended.version and applied.checksum = mended.earlier;
end
$$;
