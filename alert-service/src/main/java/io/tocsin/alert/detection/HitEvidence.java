package io.tocsin.alert.detection;

import io.tocsin.alert.process.FilePath;
import io.tocsin.alert.process.ProcessNode;
import io.tocsin.alert.story.SystemPrograms;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.List;

/// The entities an event that was hit speaks of.
final class HitEvidence {

    private static final int LONGEST_COMMAND = 8_192;

    private HitEvidence() {}

    static List<Evidence> of(DetectionEvent event) {
        var evidence = new ArrayList<Evidence>();
        EventRow row = event.row();
        if (event.process() != null && event.process().fileName() != null) {
            evidence.add(process(event.process(), event.parent()));
        } else if (event.isCreation()) {
            evidence.add(created(row));
        }
        // What every machine runs says nothing by having started something.
        if (event.parent() != null
                && event.parent().fileName() != null
                && !SystemPrograms.isHub(event.parent().fileName())) {
            evidence.add(process(event.parent(), null));
        }
        if (isFile(event.kind())) {
            evidence.add(
                    Evidence.file(row.get("sha1"), row.get("sha256"), row.get("file_name"), row.get("folder_path")));
        }
        if (row.get("remote_ip") != null) {
            evidence.add(Evidence.ip(row.get("remote_ip")));
        }
        if (row.get("remote_url") != null) {
            evidence.add(Evidence.url(row.get("remote_url")));
        }
        if (row.get("registry_key") != null) {
            evidence.add(registry(row));
        }
        if (row.get("account_name") != null) {
            evidence.add(Evidence.user(row.get("account_name"), row.get("account_domain"), row.get("account_sid")));
        } else if (event.process() != null && event.process().accountName() != null) {
            evidence.add(ranUnder(event.process()));
        }
        return evidence;
    }

    /// Few events but a process's creation say whose it was, and the account is what ties the machines of an attack
    /// together.
    private static Evidence ranUnder(ProcessNode it) {
        return Evidence.user(it.accountName(), it.accountDomain(), it.accountSid());
    }

    /// Of an access to a process the file is that of the one it was done to: named, not accused.
    private static boolean isFile(EventKind kind) {
        return switch (kind) {
            case FILE_EVENT,
                    FILE_CHANGE,
                    FILE_RENAME,
                    FILE_DELETE,
                    FILE_BLOCK_EXECUTABLE,
                    CREATE_STREAM_HASH,
                    IMAGE_LOAD,
                    DRIVER_LOAD -> true;
            default -> false;
        };
    }

    private static Evidence created(EventRow row) {
        return Evidence.process(
                row.get("sha1"),
                row.get("sha256"),
                row.get("file_name"),
                row.get("folder_path"),
                row.number("process_id"),
                row.get("command_line"),
                row.moment("process_creation_ticks"));
    }

    private static Evidence process(ProcessNode it, ProcessNode parent) {
        return new Evidence(
                "Process",
                null,
                it.sha1(),
                it.sha256(),
                it.fileName(),
                FilePath.folder(it.folderPath(), it.fileName()),
                it.processId(),
                shortened(it.commandLine()),
                it.creationTime(),
                parent == null ? null : parent.processId(),
                parent == null ? null : parent.creationTime(),
                parent == null ? null : parent.fileName(),
                parent == null ? null : FilePath.folder(parent.folderPath(), parent.fileName()),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                "Detected");
    }

    private static Evidence registry(EventRow row) {
        String key = row.get("registry_key");
        int border = key.indexOf('\\');
        return new Evidence(
                "Registry",
                (WireTime) null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                key.substring(border + 1),
                border < 0 ? null : key.substring(0, border),
                null,
                shortened(row.get("registry_value_data")),
                row.get("registry_value_name"),
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static String shortened(String text) {
        return text == null || text.length() <= LONGEST_COMMAND ? text : text.substring(0, LONGEST_COMMAND);
    }
}
