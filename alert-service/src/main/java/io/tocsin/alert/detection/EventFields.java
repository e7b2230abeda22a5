package io.tocsin.alert.detection;

import io.tocsin.alert.sigma.LogSource;
import io.tocsin.alert.sigma.SigmaException;
import io.tocsin.alert.sigma.Vocabulary;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The fields of Sigma's log sources, as Sysmon and the Windows logs call them, and where telemetry has them.
final class EventFields implements Vocabulary {

    static final EventFields ALL = new EventFields();

    private record Field(String name, Set<EventKind> kinds, Function<DetectionEvent, String> reader) {}

    private final List<Field> fields = new ArrayList<>();
    private final Map<EventKind, Map<String, Integer>> byKind = new HashMap<>();

    private EventFields() {
        ofEveryEvent();
        ofProcesses();
        ofNetworkAndFiles();
        ofTheRest();
        ofTheLogs();
        for (EventKind kind : EventKind.values()) {
            var known = new HashMap<String, Integer>();
            for (int i = 0; i < fields.size(); i++) {
                if (fields.get(i).kinds().contains(kind)) {
                    known.put(fields.get(i).name(), i);
                }
            }
            byKind.put(kind, known);
        }
    }

    @Override
    public int kind(LogSource source) {
        return EventKind.number(source);
    }

    @Override
    public int field(int kind, String name) {
        EventKind of = EventKind.of(kind);
        Integer field = byKind.get(of).get(name);
        if (field == null) {
            throw new SigmaException("field '" + name + "' is not known of "
                    + of.name().toLowerCase(java.util.Locale.ROOT) + "; known are "
                    + byKind.get(of).keySet().stream().sorted().toList());
        }
        return field;
    }

    int size() {
        return fields.size();
    }

    String read(int field, DetectionEvent event) {
        Field it = fields.get(field);
        return it.kinds().contains(event.kind()) ? it.reader().apply(event) : null;
    }

    private void ofEveryEvent() {
        Set<EventKind> every = EnumSet.allOf(EventKind.class);
        add(every, DetectionEvent::image, "Image");
        add(every, DetectionEvent::commandLine, "CommandLine");
        add(every, DetectionEvent::parentImage, "ParentImage");
        add(every, DetectionEvent::parentCommandLine, "ParentCommandLine");
        add(every, DetectionEvent::grandparentImage, "GrandparentImage");
        add(every, DetectionEvent::grandparentCommandLine, "GrandparentCommandLine");
        add(every, DetectionEvent::user, "User");
        add(every, DetectionEvent::processId, "ProcessId");
        add(every, event -> event.column("device_name"), "Computer", "Hostname", "ComputerName");
        add(every, event -> event.additional("RuleName"), "RuleName");
    }

    private void ofProcesses() {
        Set<EventKind> creation = EnumSet.of(EventKind.PROCESS_CREATION);
        add(creation, event -> event.other("ProcessIntegrityLevel"), "IntegrityLevel");
        add(creation, event -> event.other("LogonId"), "LogonId");
        add(creation, event -> event.column("initiating_process_id"), "ParentProcessId");
        for (String name : List.of("CurrentDirectory", "LogonGuid", "TerminalSessionId", "ParentUser")) {
            add(creation, event -> event.additional(name), name);
        }
        Set<EventKind> files = EnumSet.of(EventKind.PROCESS_CREATION, EventKind.IMAGE_LOAD);
        add(files, event -> event.other("ProcessVersionInfoOriginalFileName"), "OriginalFileName");
        add(files, event -> event.other("ProcessVersionInfoCompanyName"), "Company");
        add(files, event -> event.other("ProcessVersionInfoProductName"), "Product");
        add(files, event -> event.other("ProcessVersionInfoFileDescription"), "Description");
        add(files, event -> event.other("ProcessVersionInfoProductVersion"), "FileVersion");
        Set<EventKind> targets = EnumSet.of(EventKind.PROCESS_ACCESS, EventKind.CREATE_REMOTE_THREAD);
        add(targets, DetectionEvent::image, "SourceImage");
        add(targets, DetectionEvent::commandLine, "SourceCommandLine");
        add(targets, DetectionEvent::parentImage, "SourceParentImage");
        add(targets, DetectionEvent::user, "SourceUser");
        add(targets, DetectionEvent::file, "TargetImage");
        add(targets, event -> event.column("process_id"), "TargetProcessId");
        add(targets, DetectionEvent::grantedAccess, "GrantedAccess");
        for (String name :
                List.of("TargetUser", "CallTrace", "NewThreadId", "StartAddress", "StartModule", "StartFunction")) {
            add(targets, event -> event.additional(name), name);
        }
    }

    private void ofNetworkAndFiles() {
        Set<EventKind> network = EnumSet.of(EventKind.NETWORK_CONNECTION);
        add(network, event -> event.column(event.isInbound() ? "local_ip" : "remote_ip"), "DestinationIp");
        add(network, event -> event.column(event.isInbound() ? "local_port" : "remote_port"), "DestinationPort");
        add(network, event -> event.isInbound() ? null : event.column("remote_url"), "DestinationHostname");
        add(network, event -> event.column(event.isInbound() ? "remote_ip" : "local_ip"), "SourceIp");
        add(network, event -> event.column(event.isInbound() ? "remote_port" : "local_port"), "SourcePort");
        add(network, event -> event.isInbound() ? event.column("remote_url") : null, "SourceHostname");
        add(network, event -> event.column("protocol"), "Protocol");
        add(network, event -> Boolean.toString(!event.isInbound()), "Initiated");
        for (String name : List.of("SourceIsIpv6", "SourcePortName", "DestinationIsIpv6", "DestinationPortName")) {
            add(network, event -> event.additional(name), name);
        }
        Set<EventKind> dns = EnumSet.of(EventKind.DNS_QUERY);
        add(dns, event -> event.column("remote_url"), "QueryName");
        add(dns, event -> event.additional("QueryResults"), "QueryResults");
        add(dns, event -> event.additional("QueryStatus"), "QueryStatus");

        Set<EventKind> files = EnumSet.of(
                EventKind.FILE_EVENT,
                EventKind.FILE_CHANGE,
                EventKind.FILE_RENAME,
                EventKind.FILE_DELETE,
                EventKind.FILE_BLOCK_EXECUTABLE,
                EventKind.CREATE_STREAM_HASH);
        add(files, DetectionEvent::file, "TargetFilename");
        for (String name :
                List.of("CreationUtcTime", "PreviousCreationUtcTime", "Contents", "IsExecutable", "Archived")) {
            add(files, event -> event.additional(name), name);
        }
        add(EnumSet.of(EventKind.FILE_RENAME), DetectionEvent::previousFile, "SourceFilename");
        Set<EventKind> images = EnumSet.of(EventKind.IMAGE_LOAD, EventKind.DRIVER_LOAD);
        add(images, DetectionEvent::file, "ImageLoaded");
        for (String name : List.of("Signed", "Signature", "SignatureStatus")) {
            add(images, event -> event.additional(name), name);
        }
        var hashed = EnumSet.copyOf(files);
        hashed.addAll(images);
        hashed.add(EventKind.PROCESS_CREATION);
        add(hashed, DetectionEvent::hashes, "Hashes", "Hash");
        add(hashed, event -> event.column("sha1"), "sha1");
        add(hashed, event -> event.column("sha256"), "sha256");
        add(hashed, event -> event.column("md5"), "md5");
        add(hashed, event -> event.other("Imphash"), "Imphash", "imphash");
    }

    private void ofTheRest() {
        Set<EventKind> registry = EnumSet.of(
                EventKind.REGISTRY_EVENT,
                EventKind.REGISTRY_ADD,
                EventKind.REGISTRY_SET,
                EventKind.REGISTRY_DELETE,
                EventKind.REGISTRY_RENAME);
        add(registry, DetectionEvent::registryTarget, "TargetObject");
        add(registry, event -> event.column("registry_value_data"), "Details");
        add(registry, event -> event.additional("NewName"), "NewName");
        add(registry, DetectionEvent::registryEventType, "EventType");
        add(EnumSet.of(EventKind.PIPE_CREATED), DetectionEvent::pipe, "PipeName");
        add(EnumSet.of(EventKind.PIPE_CREATED), event -> event.additional("EventType"), "EventType");
        add(EnumSet.of(EventKind.RAW_ACCESS_THREAD), event -> event.additional("Device"), "Device");
        for (String name :
                List.of("EventNamespace", "Name", "Query", "Operation", "Type", "Destination", "Consumer", "Filter")) {
            add(EnumSet.of(EventKind.WMI_EVENT), event -> event.additional(name), name);
        }
        add(EnumSet.of(EventKind.PROCESS_TAMPERING), event -> event.additional("Type"), "Type");
        add(EnumSet.of(EventKind.PS_SCRIPT), DetectionEvent::script, "ScriptBlockText");
        add(EnumSet.of(EventKind.PS_SCRIPT), event -> event.additional("Path"), "Path");
        add(EnumSet.of(EventKind.PS_SCRIPT), event -> event.additional("ScriptBlockId"), "ScriptBlockId");
    }

    private void ofTheLogs() {
        Set<EventKind> logs = EnumSet.of(EventKind.SECURITY, EventKind.SYSTEM);
        add(logs, DetectionEvent::eventId, "EventID");
        add(logs, DetectionEvent::serviceProgram, "ImagePath", "ServiceFileName");
        for (String name : List.of(
                "Provider_Name",
                "AccountName",
                "AccessList",
                "AccessMask",
                "AuthenticationPackageName",
                "ElevatedToken",
                "IpAddress",
                "IpPort",
                "KeyLength",
                "LogonGuid",
                "LogonProcessName",
                "LogonType",
                "MemberName",
                "MemberSid",
                "ObjectName",
                "ObjectServer",
                "ObjectType",
                "PrivilegeList",
                "ProcessName",
                "Properties",
                "RestrictedAdminMode",
                "SamAccountName",
                "ServiceName",
                "ServiceType",
                "StartType",
                "Status",
                "SubStatus",
                "SubjectDomainName",
                "SubjectLogonId",
                "SubjectUserName",
                "SubjectUserSid",
                "TargetDomainName",
                "TargetInfo",
                "TargetLogonId",
                "TargetServerName",
                "TargetSid",
                "TargetUserName",
                "TargetUserSid",
                "TaskContent",
                "TaskContentNew",
                "TaskName",
                "WorkstationName")) {
            add(logs, event -> event.additional(name), name);
        }
    }

    private void add(Set<EventKind> kinds, Function<DetectionEvent, String> reader, String... names) {
        for (String name : names) {
            fields.add(new Field(name, kinds, reader));
        }
    }
}
