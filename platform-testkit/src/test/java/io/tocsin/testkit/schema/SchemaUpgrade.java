package io.tocsin.testkit.schema;

import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A database of the release before, upgraded file by file, and what its services mind of each (docs/adr/020).
final class SchemaUpgrade implements AutoCloseable {

    private static final String CONCURRENTLY = "built concurrently: ";

    /// Indexes of the release before that may go, each with the one that answers what it did, though it begins
    /// otherwise.
    private static final Map<String, String> REPLACED =
            Map.of("alert_uncorrelated_idx", "alert_tenant_id_uncorrelated_idx");

    private final TestPostgres postgres;
    private final Connection owner;
    private final Contract contract;
    private final Catalogue known;
    private Catalogue present;

    private SchemaUpgrade(TestPostgres postgres, Connection owner, Contract contract) throws SQLException {
        this.postgres = postgres;
        this.owner = owner;
        this.contract = contract;
        try (var statement = owner.createStatement()) {
            statement.execute("select make_device_event_day(current_date)");
        }
        known = Catalogue.of(owner);
        present = known;
        MigrationWatch.install(postgres);
    }

    /// @param version the newest migration of the release before
    static SchemaUpgrade from(String version, Contract contract) throws SQLException {
        TestPostgres postgres = TestPostgres.startAt(version);
        return new SchemaUpgrade(postgres, postgres.asOwner(), contract);
    }

    /// Runs a migration and answers what the release before minds of it.
    ///
    /// @param run of the migration, which is in the file
    List<String> step(Path file, Runnable run) throws SQLException, IOException {
        Catalogue before = present;
        run.run();
        present = Catalogue.of(owner);
        List<String> seen = MigrationWatch.seen(postgres);

        var minded = new ArrayList<>(WhatTheReleaseBeforeMinds.of(known, present));
        minded.removeAll(WhatTheReleaseBeforeMinds.of(known, before));
        minded.addAll(indexesGone(before));
        minded.addAll(builtWhileWritersWait(before, seen));
        seen.stream().filter(SchemaUpgrade::isOfRows).forEach(minded::add);
        return contract.unexcused(Files.readString(file), minded);
    }

    /// A plain index that goes, or is made anew otherwise: what the release before asks by it reads the whole table.
    private List<String> indexesGone(Catalogue before) {
        return known.indexes().entrySet().stream()
                .filter(index -> isIn(before, index.getKey()) && !isIn(present, index.getKey()))
                .map(index -> "gone: index " + index.getKey() + " on "
                        + index.getValue().table())
                .toList();
    }

    private boolean isIn(Catalogue schema, String name) {
        var wanted = known.indexes().get(name);
        if (wanted.equals(schema.indexes().get(name))) {
            return true;
        }
        var instead = schema.indexes().get(REPLACED.getOrDefault(name, name));
        return REPLACED.containsKey(name) && instead != null && instead.table().equals(wanted.table())
                || schema.indexes().entrySet().stream()
                        .anyMatch(other -> !other.getKey().endsWith(Catalogue.INVALID)
                                && other.getValue().beginsAs(wanted));
    }

    /// An index of a table the release before writes that was not built beside its writers.
    private List<String> builtWhileWritersWait(Catalogue before, List<String> seen) {
        return present.indexes().entrySet().stream()
                .filter(index -> !before.indexes().containsKey(index.getKey())
                        && known.relations().containsKey(index.getValue().table())
                        && !seen.contains(CONCURRENTLY + index.getKey()))
                .map(index -> "built while writers wait: " + index.getKey() + " on "
                        + index.getValue().table())
                .toList();
    }

    private static boolean isOfRows(String seen) {
        return !seen.startsWith(CONCURRENTLY);
    }

    TestPostgres postgres() {
        return postgres;
    }

    Catalogue known() {
        return known;
    }

    Catalogue present() {
        return present;
    }

    @Override
    public void close() throws SQLException {
        owner.close();
        postgres.close();
    }
}
