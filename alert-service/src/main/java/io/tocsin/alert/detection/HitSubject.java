package io.tocsin.alert.detection;

import io.tocsin.alert.process.ProcessNode;
import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.story.SystemPrograms;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What hits of a rule on a machine have in common that are one alert.
final class HitSubject {

    private HitSubject() {}

    /// The topmost ancestor that is not what starts everything on a machine; without a process, the account.
    static String of(DetectionEvent event, Map<ProcessRef, ProcessNode> known) {
        ProcessNode process = event.process();
        if (process == null) {
            String user = event.user();
            return user == null ? "machine" : "user " + user.toLowerCase(Locale.ROOT);
        }
        String top = process.ref().key();
        List<String> path = process.path();
        for (int i = path.size() - 2; i >= 0; i--) {
            ProcessNode ancestor = known.get(
                    new ProcessRef(process.ref().tenant(), process.ref().machineId(), path.get(i)));
            if (ancestor == null || SystemPrograms.isHub(ancestor.fileName())) {
                break;
            }
            top = ancestor.ref().key();
        }
        return "process " + top;
    }
}
