package io.tocsin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.response.Response;
import io.tocsin.wire.Metadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// Holds an OData answer against what `$metadata` declares: every property there and none besides, `null` only where it
/// may
/// be, the JSON type of each, members of enumerations, the form of times, and the recorded headers (wire-facts §1, §3,
/// §4).
public final class AnswerCheck {

    private static final String NAMESPACE = "microsoft.windowsDefenderATP.api.";
    private static final String JSON_TYPE =
            "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8";
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{0,6}[1-9])?Z");
    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Recorded or documented, though `$metadata` does not declare them (wire-facts §5, contract 95 §1).
    private static final Map<String, Set<String>> BESIDES = Map.of(
            "Machine", Set.of("osVersion"),
            "MtpDevice", Set.of("rbacGroupId"));

    /// Where recordings and pages disagree with what `$metadata` declares, they win (contract 50 §1).
    private static final Map<String, String> OTHERWISE = Map.of("Indicator.rbacGroupIds", "Collection(Edm.String)");

    private static final Map<String, Map<String, Declared>> TYPES = new LinkedHashMap<>();
    private static final Map<String, Set<String>> ENUMS = new LinkedHashMap<>();

    static {
        read(document());
    }

    private final List<String> faults = new ArrayList<>();

    private AnswerCheck() {}

    /// A page of entities; at least one, or the check would say nothing.
    public static void collection(Response answer, String entitySet, String type) {
        JsonNode body = envelope(answer, entitySet);
        assertThat(body.path("value")).isNotEmpty();
        body.path("value").forEach(entity -> check(entity, type));
    }

    /// One entity with its context.
    public static void entity(Response answer, String entitySet, String type) {
        var body = (com.fasterxml.jackson.databind.node.ObjectNode) envelope(answer, entitySet + "/$entity");
        body.remove("@odata.context");
        check(body, type);
    }

    private static JsonNode envelope(Response answer, String fragment) {
        assertThat(answer.statusCode()).as(answer.asString()).isIn(200, 201);
        assertThat(answer.header("Content-Type")).isEqualTo(JSON_TYPE);
        assertThat(answer.header("OData-Version")).isEqualTo("4.0");
        assertThat(answer.header("X-Request-Id")).matches(GUID);
        try {
            JsonNode body = JSON.readTree(answer.asByteArray());
            assertThat(body.fieldNames().next()).isEqualTo("@odata.context");
            assertThat(body.path("@odata.context").asText()).endsWith("/$metadata#" + fragment);
            return body;
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }

    private static void check(JsonNode entity, String type) {
        var check = new AnswerCheck();
        check.object(entity, type, type);
        assertThat(check.faults).as(entity.toString()).isEmpty();
    }

    private void object(JsonNode object, String type, String at) {
        Map<String, Declared> declared = TYPES.get(type);
        var names = new LinkedHashSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        declared.keySet().stream().filter(name -> !names.contains(name)).forEach(name -> fault(at, name, "is missing"));
        names.forEach(name -> {
            if (declared.containsKey(name)) {
                value(object.get(name), declared.get(name), at + "." + name);
            } else if (!BESIDES.getOrDefault(type, Set.of()).contains(name)) {
                fault(at, name, "is not declared");
            }
        });
    }

    private void value(JsonNode value, Declared declared, String at) {
        String type = OTHERWISE.getOrDefault(at, declared.type());
        if (type.startsWith("Collection(")) {
            String item = type.substring("Collection(".length(), type.length() - 1);
            if (!value.isArray()) {
                fault(at, "", "is no array but " + value);
            }
            value.forEach(one -> scalar(one, item, at));
        } else if (!value.isNull()) {
            scalar(value, type, at);
        } else if (!declared.nullable()) {
            fault(at, "", "is null");
        }
    }

    private void scalar(JsonNode value, String type, String at) {
        Predicate<JsonNode> form = switch (type) {
            case "Edm.String" -> JsonNode::isTextual;
            case "Edm.Boolean" -> JsonNode::isBoolean;
            case "Edm.Int32", "Edm.Int64", "Edm.Byte" -> JsonNode::isIntegralNumber;
            case "Edm.Guid" ->
                text -> text.isTextual() && GUID.matcher(text.asText()).matches();
            case "Edm.DateTimeOffset" ->
                text -> text.isTextual() && TIME.matcher(text.asText()).matches();
            default -> null;
        };
        String own = type.substring(type.lastIndexOf('.') + 1);
        if (form == null && TYPES.containsKey(own)) {
            object(value, own, own);
        } else if (form == null ? !ENUMS.get(own).contains(value.asText()) : !form.test(value)) {
            fault(at, "", "is no " + type + " but " + value);
        }
    }

    private void fault(String at, String name, String what) {
        faults.add(at + (name.isEmpty() ? "" : "." + name) + " " + what);
    }

    private static Document document() {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder()
                    .parse(new ByteArrayInputStream(Metadata.document().getBytes(StandardCharsets.UTF_8)));
        } catch (ParserConfigurationException | SAXException | IOException notXml) {
            throw new IllegalStateException(notXml);
        }
    }

    private static void read(Document document) {
        for (String kind : List.of("EntityType", "ComplexType")) {
            elements(document.getElementsByTagName(kind)).forEach(type -> {
                var properties = new LinkedHashMap<String, Declared>();
                elements(type.getElementsByTagName("Property"))
                        .forEach(property -> properties.put(
                                property.getAttribute("Name"),
                                new Declared(
                                        property.getAttribute("Type"),
                                        !property.getAttribute("Nullable").equals("false"))));
                TYPES.put(type.getAttribute("Name"), properties);
            });
        }
        elements(document.getElementsByTagName("EnumType")).forEach(type -> {
            var members = new LinkedHashSet<String>();
            elements(type.getElementsByTagName("Member")).forEach(member -> members.add(member.getAttribute("Name")));
            ENUMS.put(type.getAttribute("Name"), members);
        });
    }

    private static List<Element> elements(NodeList nodes) {
        var elements = new ArrayList<Element>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private record Declared(String type, boolean nullable) {}
}
