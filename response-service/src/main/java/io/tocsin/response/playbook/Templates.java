package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// The playbooks Tocsin comes with.
@ApplicationScoped
class Templates {

    static final List<String> NAMES = List.of(
            "contain-host-on-ransomware",
            "block-indicator-everywhere",
            "phishing-url-sweep",
            "collect-and-scan",
            "resolve-duplicates",
            "notify-and-wait-for-approval");

    private final ObjectMapper json;

    Templates(ObjectMapper json) {
        this.json = json;
    }

    TemplateList all() {
        return new TemplateList(NAMES.stream().map(this::read).toList());
    }

    private TemplateView read(String name) {
        try (var in = Templates.class.getResourceAsStream("templates/" + name + ".json")) {
            JsonNode tree = json.readTree(in);
            return new TemplateView(
                    tree.get("name").asText(), tree.get("description").asText(), tree.get("definition"));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
