package io.tocsin.alert.detection;

import io.tocsin.alert.process.ParentNumber;
import io.tocsin.alert.process.ProcessNode;
import io.tocsin.alert.process.ProcessRef;
import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What events say of processes.
final class ProcessSightings {

    private ProcessSightings() {}

    /// In the events' order; of a process that acts again and again, what its first act says.
    static List<ProcessNode> of(List<DetectionEvent> events) {
        var sightings = new ArrayList<ProcessNode>();
        Set<ProcessRef> acted = new HashSet<>();
        for (DetectionEvent event : events) {
            ProcessRef ref = event.processRef();
            if (ref == null) {
                continue;
            }
            if (event.isCreation()) {
                created(event, ref, sightings);
            } else if (!event.row().get("table_name").equals("DeviceProcessEvents")
                    && event.row().get("initiating_process_file_name") != null
                    && acted.add(ref)) {
                actor(event, ref, sightings);
            }
        }
        return sightings;
    }

    private static void created(DetectionEvent event, ProcessRef ref, List<ProcessNode> sightings) {
        EventRow row = event.row();
        String parentKey = row.get("parent_process_key");
        if (parentKey != null) {
            sightings.add(initiating(event, parentKey, null, null));
        }
        Long parentNumber = row.number("initiating_process_id");
        sightings.add(new ProcessNode(
                ref,
                parentKey,
                parentNumber == null || parentKey != null
                        ? null
                        : new ParentNumber(parentNumber, row.get("initiating_process_file_name")),
                List.of(ref.key()),
                true,
                row.number("process_id"),
                row.moment("process_creation_ticks") == null ? row.time() : row.moment("process_creation_ticks"),
                row.get("file_name"),
                row.get("folder_path"),
                row.get("command_line"),
                row.get("sha1"),
                row.get("sha256"),
                row.get("account_domain"),
                row.get("account_name"),
                row.get("account_sid")));
    }

    private static void actor(DetectionEvent event, ProcessRef ref, List<ProcessNode> sightings) {
        EventRow row = event.row();
        String parentKey = null;
        String others = row.get("other_columns");
        if (others != null && others.contains("\"InitiatingProcessParentCreationTime\"")) {
            parentKey = parentOfActor(event, ref, sightings);
        }
        String[] account = account(event);
        sightings.add(initiating(event, ref.key(), parentKey, account));
    }

    /// Hunting rows name the acting process' parent, too.
    private static String parentOfActor(DetectionEvent event, ProcessRef ref, List<ProcessNode> sightings) {
        String id = event.other("InitiatingProcessParentId");
        String created = event.other("InitiatingProcessParentCreationTime");
        String name = event.other("InitiatingProcessParentFileName");
        WireTime time = time(created);
        if (id == null || time == null || name == null || !id.matches("\\d{1,18}")) {
            return null;
        }
        String key = id + ":" + time.toInstant().getEpochSecond();
        if (key.equals(ref.key())) {
            return null;
        }
        sightings.add(new ProcessNode(
                new ProcessRef(ref.tenant(), ref.machineId(), key),
                null,
                null,
                List.of(key),
                false,
                Long.valueOf(id),
                time,
                name.substring(Math.max(name.lastIndexOf('\\'), name.lastIndexOf('/')) + 1),
                null,
                null,
                null,
                null,
                null,
                null,
                null));
        return key;
    }

    private static WireTime time(String text) {
        try {
            return text == null ? null : WireTime.parse(text);
        } catch (IllegalArgumentException noTime) {
            return null;
        }
    }

    /// The account of a row is the acting process' own where the row is not about another account.
    private static String[] account(DetectionEvent event) {
        String name = event.other("InitiatingProcessAccountName");
        if (name != null) {
            return new String[] {
                event.other("InitiatingProcessAccountDomain"), name, event.other("InitiatingProcessAccountSid")
            };
        }
        EventRow row = event.row();
        return row.get("table_name").equals("DeviceLogonEvents")
                ? null
                : new String[] {row.get("account_domain"), row.get("account_name"), row.get("account_sid")};
    }

    private static ProcessNode initiating(DetectionEvent event, String key, String parentKey, String[] account) {
        EventRow row = event.row();
        return new ProcessNode(
                new ProcessRef(row.tenant(), row.machineId(), key),
                parentKey,
                null,
                List.of(key),
                false,
                row.number("initiating_process_id"),
                row.moment("initiating_process_creation_ticks"),
                row.get("initiating_process_file_name"),
                row.get("initiating_process_folder_path"),
                row.get("initiating_process_command_line"),
                row.get("initiating_process_sha1"),
                row.get("initiating_process_sha256"),
                account == null ? null : account[0],
                account == null ? null : account[1],
                account == null ? null : account[2]);
    }
}
