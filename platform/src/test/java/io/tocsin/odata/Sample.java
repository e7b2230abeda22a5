package io.tocsin.odata;

import io.tocsin.wire.WireTime;
import java.util.List;
import java.util.UUID;

/// A few rows that differ in whatever a filter can ask, with a missing value of each kind.
final class Sample {

    static final String ACTION = "5a9f1d6e-1c2b-4d3e-8f90-1a2b3c4d5e6f";
    static final String OTHER_ACTION = "00000000-0000-0000-0000-00000000000f";

    static final List<Row> ROWS = List.of(
            Row.of(
                    "id",
                    "a",
                    "title",
                    "x",
                    "computerDnsName",
                    "PC1",
                    "assignedTo",
                    "a@b",
                    "incidentId",
                    5L,
                    "generateAlert",
                    true,
                    "alertCreationTime",
                    ticks("2026-01-01T00:00:00Z"),
                    "severity",
                    "High",
                    "status",
                    "New",
                    "actionId",
                    UUID.fromString(ACTION),
                    "machineTags",
                    List.of("x"),
                    "evidence",
                    List.of(
                            Row.of("entityType", "File", "sha256", "aa", "fileName", "UPD.exe"),
                            Row.of("entityType", "Process", "sha256", "bb", "processId", 7312L))),
            Row.of(
                    "id", "b",
                    "title", "it's",
                    "computerDnsName", "pc1",
                    "incidentId", 6L,
                    "generateAlert", false,
                    "alertCreationTime", ticks("2026-01-01T00:00:00.0000001Z"),
                    "severity", "Low",
                    "status", "InProgress",
                    "machineTags", List.of()),
            Row.of(
                    "id", "c",
                    "assignedTo", "A@B",
                    "alertCreationTime", ticks("2018-08-01T00:00:00Z"),
                    "resolvedTime", ticks("2026-01-01T00:00:00Z"),
                    "severity", "Medium",
                    "status", "Resolved",
                    "actionId", UUID.fromString(OTHER_ACTION),
                    "machineTags", List.of("x", "y"),
                    "evidence",
                            List.of(Row.of(
                                    "entityType", "Process",
                                    "sha256", "aa",
                                    "fileName", "cmd.exe",
                                    "processId", 4L,
                                    "evidenceCreationTime", ticks("2026-01-01T00:00:00Z")))),
            Row.of(
                    "id",
                    "d",
                    "title",
                    "100%_\\done",
                    "computerDnsName",
                    "srv.example",
                    "incidentId",
                    7L,
                    "generateAlert",
                    true,
                    "alertCreationTime",
                    ticks("2025-12-31T23:59:59.9999999Z"),
                    "resolvedTime",
                    ticks("2026-01-01T12:30:00Z"),
                    "severity",
                    "Informational",
                    "status",
                    "New",
                    "machineTags",
                    List.of("Y", "xa")),
            Row.of(
                    "id",
                    "e",
                    "title",
                    "",
                    "computerDnsName",
                    "",
                    "assignedTo",
                    "",
                    "incidentId",
                    -7L,
                    "generateAlert",
                    false,
                    "alertCreationTime",
                    ticks("2018-07-31T23:59:59.9999999Z"),
                    "machineTags",
                    List.of("")),
            Row.of(
                    "id", "f",
                    "title", "Zürich 東京 🚨",
                    "computerDnsName", "ZÜRICH",
                    "incidentId", 9_223_372_036_854_775_807L,
                    "alertCreationTime", ticks("2026-06-01T00:00:00Z"),
                    "severity", "High",
                    "status", "Resolved",
                    "machineTags", List.of("a b", "it's"),
                    "evidence", List.of(Row.of("entityType", "Ip"))),
            Row.of(
                    "id", "g",
                    "title", "X",
                    "computerDnsName", "PC1",
                    "assignedTo", "a",
                    "incidentId", 5L,
                    "generateAlert", true,
                    "alertCreationTime", ticks("2026-01-01T00:00:00Z"),
                    "severity", "Low",
                    "status", "New",
                    "actionId", UUID.fromString(ACTION),
                    "machineTags", List.of("za", "m")),
            Row.of(
                    "id", "7",
                    "title", "a+b (c) or d ''",
                    "computerDnsName", "pc10",
                    "assignedTo", "a@b.example",
                    "incidentId", 0L,
                    "generateAlert", false,
                    "alertCreationTime", ticks("2026-01-01T12:30:00Z"),
                    "severity", "Medium",
                    "status", "InProgress",
                    "machineTags", List.of("7", "Xx")));

    private Sample() {}

    static long ticks(String time) {
        return WireTime.parse(time).ticks();
    }
}
