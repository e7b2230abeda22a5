package io.tocsin.testkit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What services see of a schema: by name, what of it matters to a release that knows it.
///
/// @param relations tables and views, each with its kind and whether row-level security is on
/// @param columns `table.column`, each as it is
/// @param constraints `table.constraint` and unique indexes
/// @param indexes indexes of tables and of their partitions, each with the table's name
/// @param routines functions with their arguments, each with what it returns
/// @param triggers `table.trigger`, each with whether it is on
/// @param rights one for each thing a role of the services may do
/// @param files where each table is stored: another one when it was written anew
record Catalogue(
        Map<String, String> relations,
        Map<String, Column> columns,
        Map<String, Constraint> constraints,
        Map<String, String> indexes,
        Map<String, String> routines,
        Map<String, String> triggers,
        Set<String> rights,
        Map<String, String> files) {

    /// @param filledByItself whether an insert may leave it out though it is not null
    record Column(String type, boolean notNull, boolean filledByItself) {}

    /// @param columns of the table it speaks of, by name
    record Constraint(char kind, String definition, boolean validated, Set<String> columns) {}

    private static final String TABLES = """
            select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relfilenode from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
              and not c.relispartition and c.relname <> 'flyway_schema_history'""";

    static Catalogue of(Connection connection) throws SQLException {
        var relations = new TreeMap<String, String>();
        var files = new TreeMap<String, String>();
        read(connection, TABLES, row -> {
            relations.put(row[1], row[2] + " security " + row[3]);
            if (!row[2].equals("v")) {
                files.put(row[1], row[4]);
            }
        });
        var columns = new TreeMap<String, Column>();
        read(
                connection,
                """
                select t.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                    a.atthasdef or a.attidentity <> '' or a.attgenerated <> ''
                from (%s) t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
                """.formatted(TABLES),
                row -> columns.put(row[0], new Column(row[1], yes(row[2]), yes(row[3]))));
        var constraints = new TreeMap<String, Constraint>();
        read(
                connection,
                """
                select t.relname || '.' || c.conname, c.contype, pg_get_constraintdef(c.oid), c.convalidated,
                    (select string_agg(a.attname, ',') from pg_attribute a where a.attrelid = t.oid and a.attnum = any (c.conkey))
                from (%1$s) t join pg_constraint c on c.conrelid = t.oid where c.contype <> 'n'
                union all
                select t.relname || '.' || i.relname, 'u', pg_get_indexdef(i.oid), x.indisvalid,
                    (select string_agg(distinct a.attname, ',') from pg_depend d
                     join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
                     where d.objid = i.oid and d.refobjid = t.oid and d.refobjsubid > 0)
                from (%1$s) t join pg_index x on x.indrelid = t.oid and x.indisunique join pg_class i on i.oid = x.indexrelid
                where not exists (select from pg_constraint c where c.conindid = i.oid and c.conrelid = t.oid)
                """.formatted(TABLES),
                row -> constraints.put(
                        row[0],
                        new Constraint(
                                row[1].charAt(0),
                                row[2],
                                yes(row[3]),
                                row[4] == null ? Set.of() : Set.of(row[4].split(",")))));
        var indexes = new TreeMap<String, String>();
        read(connection, """
                select i.relname || case when x.indisvalid or i.relkind = 'I' then '' else ' (invalid)' end,
                    coalesce(parent.relname, t.relname), i.relkind
                from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
                left join pg_inherits h on h.inhrelid = t.oid left join pg_class parent on parent.oid = h.inhparent
                where t.relnamespace = 'public'::regnamespace and t.relname <> 'flyway_schema_history'
                """, row -> {
            if (!row[2].equals("I")) { // of a partitioned table: nothing is built for it alone
                indexes.put(row[0], row[1]);
            }
        });
        var routines = new TreeMap<String, String>();
        read(connection, """
                select p.oid::regprocedure::text, pg_get_function_result(p.oid) from pg_proc p
                where p.pronamespace = 'public'::regnamespace
                """, row -> routines.put(row[0], row[1]));
        var triggers = new TreeMap<String, String>();
        read(connection, """
                select t.relname || '.' || g.tgname, g.tgenabled from (%s) t
                join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
                """.formatted(TABLES), row -> triggers.put(row[0], row[1]));
        var rights = new TreeSet<String>();
        read(connection, """
                with service (name) as (values ('tocsin_alert'), ('tocsin_response'), ('tocsin_indicator'))
                select s.name || ' may ' || p || ' ' || t.relname || '.' || a.attname
                from service s, unnest(array['select', 'insert', 'update']) p, (%1$s) t
                join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
                where has_column_privilege(s.name, t.oid, a.attnum, p)
                union all
                select s.name || ' may ' || p || ' ' || t.relname
                from service s, unnest(array['select', 'insert', 'update', 'delete', 'truncate']) p, (%1$s) t
                where has_table_privilege(s.name, t.oid, p)
                union all
                select s.name || ' may execute ' || p.oid::regprocedure
                from service s, pg_proc p
                where p.pronamespace = 'public'::regnamespace and has_function_privilege(s.name, p.oid, 'execute')
                union all
                select s.name || ' may use the schema' from service s where has_schema_privilege(s.name, 'public', 'usage')
                """.formatted(TABLES), row -> rights.add(row[0]));
        return new Catalogue(relations, columns, constraints, indexes, routines, triggers, rights, files);
    }

    private static boolean yes(String value) {
        return value.equals("t");
    }

    private interface Row {
        void read(String[] cells);
    }

    private static void read(Connection connection, String sql, Row each) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                var cells = new String[rows.getMetaData().getColumnCount()];
                for (int i = 0; i < cells.length; i++) {
                    cells[i] = rows.getString(i + 1);
                }
                each.read(cells);
            }
        }
    }
}
