package io.tocsin.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// One rendered object.
record Manifest(JsonNode json) {

    /// The same, to be changed.
    Manifest copy() {
        return new Manifest(json.deepCopy());
    }

    String apiVersion() {
        return json.path("apiVersion").asText();
    }

    String kind() {
        return json.path("kind").asText();
    }

    String name() {
        return json.path("metadata").path("name").asText();
    }

    String component() {
        return json.at("/metadata/labels").path("app.kubernetes.io/component").asText();
    }

    /// The node a JSON pointer leads to.
    JsonNode at(String pointer) {
        return json.at(pointer);
    }

    JsonNode spec() {
        return json.path("spec");
    }

    boolean isHook() {
        return json.at("/metadata/annotations").has(Chart.SHOWN_HOOK);
    }

    /// The pod it makes, when it makes any.
    Optional<JsonNode> podTemplate() {
        return Optional.of(json.at("/spec/template")).filter(template -> template.has("spec"));
    }

    JsonNode podSpec() {
        return podTemplate().orElseThrow().path("spec");
    }

    /// Initialising and other containers of its pod.
    Stream<JsonNode> containers() {
        return podTemplate()
                .map(pod -> Stream.concat(
                        each(pod.at("/spec/initContainers")),
                        each(pod.path("spec").path("containers"))))
                .orElseGet(Stream::empty);
    }

    /// The environment of its first container, for what comes from a Secret the words "from a Secret".
    Map<String, String> environment() {
        var environment = new LinkedHashMap<String, String>();
        each(podSpec().path("containers").path(0).path("env"))
                .forEach(variable -> environment.put(
                        variable.path("name").asText(),
                        variable.has("value") ? variable.path("value").asText() : "from a Secret"));
        return environment;
    }

    static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    static List<String> texts(JsonNode array) {
        return each(array).map(JsonNode::asText).toList();
    }

    @Override
    public String toString() {
        return kind() + " " + name();
    }
}
