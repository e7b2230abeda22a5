package io.tocsin.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// YAML as Kubernetes reads it; a key twice in one object, which its server-side apply refuses, is refused here too.
final class Yaml {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Yaml() {}

    static List<JsonNode> documents(String text) {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        var documents = new ArrayList<JsonNode>();
        for (var document : new org.yaml.snakeyaml.Yaml(new SafeConstructor(options)).loadAll(text)) {
            if (document != null) {
                documents.add(JSON.valueToTree(document));
            }
        }
        return documents;
    }

    static ObjectNode object(String text) {
        var documents = documents(text);
        return documents.isEmpty() ? JSON.createObjectNode() : (ObjectNode) documents.getFirst();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Both as Helm merges values: objects into one another, everything else replaced.
    static ObjectNode merged(ObjectNode below, JsonNode above) {
        above.properties().forEach(property -> {
            var present = below.get(property.getKey());
            if (present instanceof ObjectNode object && property.getValue().isObject()) {
                merged(object, property.getValue());
            } else {
                below.set(property.getKey(), property.getValue());
            }
        });
        return below;
    }
}
