package io.tocsin.response.playbook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.response.file.Blobs;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/// What the commands of a live response came to, as steps behind it see it: what scripts said goes along while all of
/// it is short, everything else is for whoever fetches it.
@ApplicationScoped
class LiveResults {

    /// Of all scripts of a live response together.
    private static final long MOST = 64 * 1024;

    /// What an agent says of a script (contract 30 §5).
    private static final List<String> OF_A_SCRIPT = List.of("exit_code", "script_output", "script_errors");

    private final RunRepository runs;
    private final Blobs blobs;
    private final ObjectMapper json;

    LiveResults(RunRepository runs, Blobs blobs, ObjectMapper json) {
        this.runs = runs;
        this.blobs = blobs;
        this.json = json;
    }

    /// Called outside of a transaction, since the store may be slow.
    ArrayNode of(UUID tenant, UUID action) {
        ArrayNode told = json.createArrayNode();
        long left = MOST;
        for (RunRepository.Command command : runs.commands(tenant, action)) {
            boolean there = command.blob() != null;
            ObjectNode node = told.addObject()
                    .put("index", command.index())
                    .put("type", command.type())
                    .put("status", command.status());
            command.errors().forEach(node.putArray("errors")::add);
            node.put("download", there ? "Available" : "None").put("size", command.size());
            if (there && command.type().equals("RunScript") && command.size() <= left) {
                left -= command.size();
                node.set("result", said(tenant, command));
            }
        }
        return told;
    }

    /// @return null where it is no transcript
    private JsonNode said(UUID tenant, RunRepository.Command command) {
        var bytes = new ByteArrayOutputStream();
        try {
            blobs.open(tenant, command.blob(), command.size()).to(bytes);
            JsonNode transcript = json.readTree(bytes.toString(StandardCharsets.UTF_8));
            if (transcript == null || !transcript.isObject()) {
                return null;
            }
            ObjectNode said = json.createObjectNode();
            for (String property : OF_A_SCRIPT) {
                if (transcript.path(property).isValueNode()) {
                    said.set(property, transcript.get(property));
                }
            }
            return said;
        } catch (JsonProcessingException none) {
            return null;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
