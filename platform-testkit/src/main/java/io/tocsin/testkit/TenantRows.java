package io.tocsin.testkit;

import java.util.List;
import java.util.stream.Collectors;

/// Everything a tenant has in the database, in one comparable text. The audit is not part of it: nothing but more rows
/// ever happens to it.
final class TenantRows {

    private static final String TABLES = """
            select format('select %L || '':'' || count(*) || '':'' || coalesce(md5(string_agg(t::text, '','' order by t::text)), '''') '
                          || 'from %I t where tenant_id = ''%s''', c.relname, c.relname, cast(? as text))
            from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
            where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
              and a.attname = 'tenant_id' and not a.attisdropped and c.relname <> 'audit_entry'
            order by c.relname
            """;

    private TenantRows() {}

    static String of(String tenant) {
        List<Object> queries = TestDatabase.column(TABLES, tenant);
        String all = queries.stream().map(Object::toString).collect(Collectors.joining(" union all "));
        return TestDatabase.column(all).stream().map(Object::toString).sorted().collect(Collectors.joining("\n"));
    }
}
