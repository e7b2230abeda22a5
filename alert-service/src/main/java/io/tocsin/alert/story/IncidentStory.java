package io.tocsin.alert.story;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// What happened, told from every alert of an incident and the telemetry around it (docs/api.md).
///
/// @param timeline at most 1,000 entries, oldest first
@RegisterForReflection
public record IncidentStory(
        long incidentId,
        String incidentName,
        String severity,
        String status,
        WireTime createdTime,
        WireTime lastUpdateTime,
        List<Machine> machines,
        List<Alert> alerts,
        List<Moment> timeline,
        List<MachineTrees> processTrees) {

    /// A machine an alert is about.
    public record Machine(String machineId, String computerDnsName) {}

    /// An alert of the incident.
    ///
    /// @param external whether another product raised it
    public record Alert(
            String alertId,
            String title,
            String severity,
            String status,
            String detectionSource,
            String source,
            boolean external,
            String machineId,
            String computerDnsName,
            WireTime firstEventTime,
            WireTime lastEventTime,
            List<String> mitreTechniques,
            List<Why> why) {}

    /// Why an alert belongs here; `linkedAlertId` is null for `First`.
    public record Why(String rule, String linkedAlertId, String detail) {}

    /// One entry of the time line; `kind` is `Alert`, `ProcessCreated`, `Connection`, `DnsQuery` or a file action.
    public record Moment(
            WireTime time,
            String kind,
            String machineId,
            String computerDnsName,
            String alertId,
            String processKey,
            String text) {}

    /// The process trees of one machine that hold the evidence.
    public record MachineTrees(String machineId, String computerDnsName, List<Process> roots) {}

    /// A process with what it did: at most 50 files and 50 connections.
    public record Process(
            String processKey,
            Long processId,
            WireTime creationTime,
            String fileName,
            String folderPath,
            String commandLine,
            String account,
            String sha1,
            String sha256,
            boolean observed,
            List<String> alertIds,
            List<FileChange> files,
            List<Connection> connections,
            List<Process> children) {}

    /// A file a process made or deleted.
    public record FileChange(WireTime time, String action, String path, String sha1) {}

    /// A connection a process had.
    public record Connection(
            WireTime time,
            String remoteIp,
            Long remotePort,
            String remoteUrl,
            String localIp,
            Long localPort,
            String protocol) {}
}
