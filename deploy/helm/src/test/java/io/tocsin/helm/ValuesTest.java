package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// values.yaml, its schema and the table in README.md say the same, and a value that is none of them is refused.
class ValuesTest {

    private static final String BEGIN = "<!-- values: written by `make chart-docs` from values.yaml -->\n";
    private static final String END = "<!-- end of values -->\n";

    private static final JsonNode SCHEMA = schema();

    static List<String> sections() {
        return ValuesReference.ofTheChart().sections();
    }

    @Test
    void shouldDescribeEveryValue() {
        assertThat(ValuesReference.ofTheChart().undescribed()).isEmpty();
    }

    @Test
    void shouldHaveTheSameValuesInTheReadme() throws IOException {
        // Given
        var readme = Chart.FOLDER.resolve("README.md");
        var text = Yaml.read(readme);
        assertThat(text).contains(BEGIN, END);
        var start = text.indexOf(BEGIN) + BEGIN.length();
        var end = text.indexOf(END);
        var table = ValuesReference.ofTheChart().table();

        // When
        if (Boolean.getBoolean("tocsin.chart.write")) {
            Files.writeString(readme, text.substring(0, start) + table + text.substring(end));
            return;
        }

        // Then
        assertThat(text.substring(start, end))
                .as("README.md does not say what values.yaml does: make chart-docs")
                .isEqualTo(table);
    }

    /// For `deploy/helm/prove`, which installs each on a real API server.
    @Test
    @EnabledIfSystemProperty(named = "tocsin.chart.sets", matches = ".+")
    void shouldHandOutEverySetOfValues() throws IOException {
        var folder = Files.createDirectories(Path.of(System.getProperty("tocsin.chart.sets")));
        for (var set : ValueSet.all()) {
            Files.writeString(
                    folder.resolve(set.name().replaceAll("[^A-Za-z0-9]+", "-") + ".yaml"),
                    set.values().toPrettyString());
        }
        assertThat(folder).isNotEmptyDirectory();
    }

    @Test
    void shouldHaveTheSameValuesInTheSchema() {
        // Given
        var values = Yaml.object(Yaml.read(Chart.FOLDER.resolve("values.yaml")));
        var inValues = new TreeSet<String>();
        var inSchema = new TreeSet<String>();

        // When
        compare("", values, SCHEMA, inValues, inSchema);

        // Then
        inSchema.remove(".global");
        assertThat(inSchema).isEqualTo(inValues);
        assertThat(inValues).hasSizeGreaterThan(100);
    }

    @Test
    void shouldCloseEveryObjectOfTheSchemaOrSayWhatItsValuesAre() {
        var open = new ArrayList<String>();

        findOpen("", SCHEMA, open);

        assertThat(open).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("sections")
    void shouldRefuseAValueItDoesNotKnow(String section) {
        var changes = new StringBuilder();
        for (var key : section.isEmpty() ? new String[0] : section.split("\\.")) {
            changes.append("{").append(key).append(": ");
        }
        changes.append("{unheardOf: 1}").append("}".repeat(section.isEmpty() ? 0 : section.split("\\.").length));

        assertThatThrownBy(() -> Chart.render(ValueSet.minimal(changes.toString())))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining("unheardOf");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            image: {variant: wasm}                     | /image/variant
            image: {heapPercent: 100}                  | /image/heapPercent
            alertService: {digest: 'sha256:abc'}       | /alertService/digest
            alertService: {replicas: -1}               | /alertService/replicas
            alertService: {memory: {native: much}}     | /alertService/memory/native
            database: {port: 0}                        | /database/port
            database: {sslMode: prefer}                | /database/sslMode
            migration: {mode: sometimes}               | /migration/mode
            oidc: {defaultTenant: main}                | /oidc/defaultTenant
            oidc: {issuer: login.example.com}          | /oidc/issuer
            limits: {overrides: ['a,b']}               | /limits/overrides/0
            securityContext: {runAsUser: 0}            | /securityContext/runAsUser
            host: https://a.example.com                | /host
            podLabels: {app.kubernetes.io/name: other} | app.kubernetes.io/name
            routing: {streams: [agent]}                | /routing/streams/0
            """)
    void shouldRefuseAValueThatCannotBeMeant(String changes, String where) {
        assertThatThrownBy(() -> Chart.render(ValueSet.minimal(changes))).hasMessageContaining("'" + where + "'");
    }

    /// Paths of both, down to where either stops saying what is below.
    private static void compare(
            String path, JsonNode values, JsonNode schema, TreeSet<String> inValues, TreeSet<String> inSchema) {
        var properties = resolved(schema).path("properties");
        if (!properties.isObject()) {
            return;
        }
        properties.fieldNames().forEachRemaining(name -> inSchema.add(path + "." + name));
        values.properties().forEach(value -> {
            inValues.add(path + "." + value.getKey());
            if (value.getValue().isObject()) {
                compare(
                        path + "." + value.getKey(),
                        value.getValue(),
                        properties.path(value.getKey()),
                        inValues,
                        inSchema);
            }
        });
    }

    private static JsonNode resolved(JsonNode schema) {
        return schema.has("$ref") ? SCHEMA.at(schema.path("$ref").asText().substring(1)) : schema;
    }

    private static void findOpen(String path, JsonNode schema, List<String> open) {
        var isObject = schema.path("type").asText().equals("object");
        if (isObject
                && (!schema.has("additionalProperties")
                        || schema.path("additionalProperties").asBoolean() && !schema.has("description"))) {
            open.add(path);
        }
        schema.properties().forEach(child -> findOpen(path + "/" + child.getKey(), child.getValue(), open));
        if (schema.isArray()) {
            schema.forEach(child -> findOpen(path + "/-", child, open));
        }
    }

    private static JsonNode schema() {
        try {
            return new ObjectMapper()
                    .readTree(Chart.FOLDER.resolve("values.schema.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
