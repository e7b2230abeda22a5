package io.tocsin.alert.story;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// What happened, told from alerts and the telemetry around them (docs/api.md): of a whole incident, or of
/// one alert.
///
/// @param incidentId null of an alert that is not correlated yet; name, status and times too
/// @param tactics in the order of an attack
/// @param alerts at most 1,000, the earliest first
/// @param moreAlerts those that are not in `alerts`, null when all are
/// @param timeline at most 500 entries, oldest first
/// @param timelineNext where the time line goes on, null at its end
@RegisterForReflection
public record IncidentStory(
        Long incidentId,
        String incidentName,
        String severity,
        String status,
        WireTime createdTime,
        WireTime lastUpdateTime,
        List<Machine> machines,
        List<User> users,
        List<Tactic> tactics,
        List<Alert> alerts,
        MoreAlerts moreAlerts,
        List<Entity> entities,
        List<Action> actions,
        List<Moment> timeline,
        String timelineNext,
        List<MachineTrees> processTrees) {

    /// A machine an alert is about, as it is now.
    @RegisterForReflection
    public record Machine(
            String machineId,
            String computerDnsName,
            String osPlatform,
            String version,
            String healthStatus,
            String riskScore,
            String rbacGroupName,
            String lastIpAddress,
            WireTime firstSeen,
            WireTime lastSeen) {

        /// What alerts call it, when nobody else knows its name.
        Machine calledAtLeast(String name) {
            return computerDnsName != null || name.isEmpty()
                    ? this
                    : new Machine(
                            machineId,
                            name,
                            osPlatform,
                            version,
                            healthStatus,
                            riskScore,
                            rbacGroupName,
                            lastIpAddress,
                            firstSeen,
                            lastSeen);
        }
    }

    /// An account alerts name, or under which processes of the evidence ran.
    @RegisterForReflection
    public record User(String name, List<String> machineIds, List<String> alertIds) {}

    /// A step of an attack, the techniques that show it, and the alerts that do.
    @RegisterForReflection
    public record Tactic(String tactic, List<String> mitreTechniques, List<String> alertIds) {}

    /// An alert of the incident.
    ///
    /// @param external whether another product raised it
    @RegisterForReflection
    public record Alert(
            String alertId,
            String title,
            String severity,
            String status,
            String category,
            String detectionSource,
            String source,
            boolean external,
            String machineId,
            String computerDnsName,
            WireTime firstEventTime,
            WireTime lastEventTime,
            List<String> mitreTechniques,
            List<Why> why) {}

    /// Alerts that are told on another page, with the story around them.
    ///
    /// @param alerts how many
    /// @param next the path and query that answer the next of them
    @RegisterForReflection
    public record MoreAlerts(long alerts, String next) {}

    /// Why an alert belongs here; `linkedAlertId` is null for `First`, `Manual` and `MachineByAddress`.
    @RegisterForReflection
    public record Why(String rule, String linkedAlertId, String detail) {}

    /// A file, address, name, account or registry key of the evidence.
    ///
    /// @param machines on how many machines alerts have held it, at most 1,000; null when nobody counts
    ///     such
    /// @param verdict the action an indicator asks for, `None` without a match, `Unknown` when nobody could
    ///     be asked, null when no indicator could name it
    @RegisterForReflection
    public record Entity(
            String type,
            String value,
            String name,
            Integer machines,
            String verdict,
            String indicatorId,
            String indicatorTitle,
            List<String> alertIds) {}

    /// What one of the machines was told to do since shortly before the first alert.
    @RegisterForReflection
    public record Action(
            String id,
            String type,
            String status,
            String machineId,
            String computerDnsName,
            String requestor,
            String requestorComment,
            WireTime creationTime,
            WireTime lastUpdateTime) {}

    /// One entry of the time line; `kind` is `Alert`, `Action`, `ProcessCreated`, `Connection`, `DnsQuery`
    /// or a file action.
    @RegisterForReflection
    public record Moment(
            WireTime time,
            String kind,
            String machineId,
            String computerDnsName,
            String alertId,
            String processKey,
            String text) {}

    /// The process trees of one machine that hold the evidence.
    @RegisterForReflection
    public record MachineTrees(String machineId, String computerDnsName, List<Process> roots) {}

    /// A process with what it did: at most 50 files and 50 connections.
    ///
    /// @param more the children that are not in `children`, null when all are
    @RegisterForReflection
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
            List<Process> children,
            More more) {}

    /// Children that are told on another page.
    ///
    /// @param children how many, at most 10,000 are counted
    /// @param next the path and query that answer them
    @RegisterForReflection
    public record More(long children, String next) {}

    /// A page of the children of one process, each with what is below it.
    @RegisterForReflection
    public record Branch(String machineId, String processKey, List<Process> children, More more) {}

    /// A file a process made or deleted.
    @RegisterForReflection
    public record FileChange(WireTime time, String action, String path, String sha1) {}

    /// A connection a process had.
    @RegisterForReflection
    public record Connection(
            WireTime time,
            String remoteIp,
            Long remotePort,
            String remoteUrl,
            String localIp,
            Long localPort,
            String protocol) {}
}
