package io.tocsin.testkit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What services see of a schema: by name, what of it matters to a release that knows it.
///
/// @param relations tables and views, each with its kind and whether row-level security is on
/// @param columns `table.column`, each as it is
/// @param constraints `table.constraint` and unique indexes
/// @param indexes of tables and of their partitions, by name
/// @param routines functions with their arguments, each with what it returns
/// @param triggers `table.trigger`, each with whether it is on
/// @param rights one for each thing a role of the services may do
/// @param files where each table is stored: another one when it was written anew
record Catalogue(
        Map<String, String> relations,
        Map<String, Column> columns,
        Map<String, Constraint> constraints,
        Map<String, Index> indexes,
        Map<String, String> routines,
        Map<String, String> triggers,
        Set<String> rights,
        Map<String, String> files) {

    /// @param filledWith what it gets when an insert leaves it out, or null
    record Column(String type, boolean notNull, String filledWith) {

        /// Whether an insert may not leave it out.
        boolean mustBeGiven() {
            return notNull && filledWith == null;
        }
    }

    /// @param table without the day of telemetry it may be a part of
    record Index(String table, String definition) {

        private static final Pattern FORM =
                Pattern.compile("CREATE (?:UNIQUE )?INDEX \\S+ ON (.* USING \\w+) \\((.*?)\\)( WHERE .*)?");

        /// Whether it answers whatever another does: of the same rows, by the same columns in the same order, and then
        /// some.
        boolean beginsAs(Index other) {
            var mine = FORM.matcher(definition);
            var its = FORM.matcher(other.definition);
            return mine.matches()
                    && its.matches()
                    && mine.group(1).equals(its.group(1))
                    && (mine.group(2) + ", ").startsWith(its.group(2) + ", ")
                    && Objects.equals(mine.group(3), its.group(3));
        }
    }

    /// @param columns of the table it speaks of, by name
    /// @param allowsDefaults whether an insert that leaves all these columns out keeps it
    record Constraint(char kind, String definition, Set<String> columns, boolean allowsDefaults) {}

    /// Whether a right can still speak of it: a table, a column, a function, the schema.
    boolean has(String name) {
        return relations.containsKey(name)
                || columns.containsKey(name)
                || routines.containsKey(name)
                || name.equals("schema");
    }

    /// What the name of an index ends with whose build was interrupted.
    static final String INVALID = " (invalid)";

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
        read(connection, """
                select t.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                    coalesce(pg_get_expr(d.adbin, d.adrelid), nullif(a.attidentity::text, ''))
                from (%s) t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
                left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
                """.formatted(TABLES), row -> columns.put(row[0], new Column(row[1], yes(row[2]), row[3])));
        var constraints = new TreeMap<String, Constraint>();
        read(
                connection,
                """
                select t.relname || '.' || c.conname, c.contype, pg_get_constraintdef(c.oid), c.columns,
                    case c.contype when 'c' then 'select coalesce(' || pg_get_expr(c.conbin, c.conrelid) || ', true) from (select '
                        || coalesce(c.defaults, '') || ') as defaults' end
                from (%1$s) t join lateral (
                    select k.*, string_agg(a.attname, ',') as columns,
                        string_agg(coalesce(pg_get_expr(d.adbin, d.adrelid), 'null') || '::' || format_type(a.atttypid, a.atttypmod)
                            || ' as ' || quote_ident(a.attname), ',') as defaults
                    from pg_constraint k left join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
                    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum and a.attgenerated = ''
                    where k.conrelid = t.oid and k.contype <> 'n' group by k.oid) c on true
                union all
                select t.relname || '.' || i.relname, 'u', pg_get_indexdef(i.oid),
                    (select string_agg(distinct a.attname, ',') from pg_depend d
                     join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
                     where d.objid = i.oid and d.refobjid = t.oid and d.refobjsubid > 0), null
                from (%1$s) t join pg_index x on x.indrelid = t.oid and x.indisunique join pg_class i on i.oid = x.indexrelid
                where not exists (select from pg_constraint c where c.conindid = i.oid and c.conrelid = t.oid)
                """.formatted(TABLES),
                row -> constraints.put(
                        row[0],
                        new Constraint(
                                row[1].charAt(0),
                                row[2],
                                row[3] == null ? Set.of() : Set.of(row[3].split(",")),
                                row[4] == null || isTrue(connection, row[4]))));
        var indexes = new TreeMap<String, Index>();
        read(connection, """
                select i.relname || case when x.indisvalid or i.relkind = 'I' then '' else '%s' end,
                    coalesce(parent.relname, t.relname), pg_get_indexdef(i.oid), i.relkind
                from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
                left join pg_inherits h on h.inhrelid = t.oid left join pg_class parent on parent.oid = h.inhparent
                where t.relnamespace = 'public'::regnamespace and t.relname <> 'flyway_schema_history'
                """.formatted(INVALID), row -> {
            if (!row[3].equals("I")) { // of a partitioned table: nothing is built for it alone
                indexes.put(row[0], new Index(row[1], row[2]));
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
                join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal and g.tgname not like 'watch\\_%%'
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

    private static boolean isTrue(Connection connection, String question) throws SQLException {
        var held = new ArrayList<String>();
        read(connection, question, row -> held.add(row[0]));
        return yes(held.getFirst());
    }

    private interface Row {
        void read(String[] cells) throws SQLException;
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
