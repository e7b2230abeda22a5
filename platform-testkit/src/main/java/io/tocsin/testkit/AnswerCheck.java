package io.tocsin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// Holds an OData answer against what `$metadata` declares, down through its complex types and collections: every
/// property there and none besides, in the recorded order, `null` only where it may be, the JSON type of each, members
/// of
/// enumerations, the form of times, and the recorded headers (wire-facts §1, §3, §4).
public final class AnswerCheck {

    private static final String NAMESPACE = "microsoft.windowsDefenderATP.api.";
    private static final String JSON_TYPE =
            "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8";
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{0,6}[1-9])?Z");
    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern MAC_ADDRESS = Pattern.compile("[0-9A-F]{12}");
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Recorded or documented, though `$metadata` does not declare them (wire-facts §5, contract 95 §1).
    private static final Map<String, Map<String, Declared>> BESIDES = Map.of(
            "Machine", Map.of("osVersion", new Declared("Edm.String", true)),
            "MtpDevice", Map.of("rbacGroupId", new Declared("Edm.Int64", true)));

    /// Where recordings and pages disagree with what `$metadata` declares, or say more, they win (contract 10 §1.1,
    /// 20 §1, 50 §1).
    private static final Map<String, String> OTHERWISE = Map.of(
            "Indicator.rbacGroupIds",
            "Collection(Edm.String)",
            "AlertEvidence.detectionStatus",
            "DetectionStatus",
            "MtpAlertEvidence.detectionStatus",
            "DetectionStatus",
            "MachineIpAddress.macAddress",
            "MacAddress");

    /// The order of the recordings, where it is not the declared one (wire-facts §5, contract 95 §1).
    private static final Map<String, List<String>> RECORDED = Map.of(
            "Alert",
            names("""
                    id incidentId investigationId assignedTo severity status classification determination
                    investigationState detectionSource detectorId category threatFamilyName title description
                    alertCreationTime firstEventTime lastEventTime lastUpdateTime resolvedTime machineId computerDnsName
                    rbacGroupName aadTenantId threatName mitreTechniques relatedUser loggedOnUsers comments evidence
                    domains"""),
            "Machine",
            names("""
                    id mergedIntoMachineId isPotentialDuplication isExcluded exclusionReason computerDnsName firstSeen
                    lastSeen osPlatform osVersion osProcessor version lastIpAddress lastExternalIpAddress agentVersion
                    osBuild healthStatus deviceValue rbacGroupId rbacGroupName riskScore exposureLevel isAadJoined
                    aadDeviceId machineTags onboardingStatus osArchitecture managedBy managedByStatus ipAddresses
                    vmMetadata"""),
            "MachineAction",
            names("""
                    id type title requestor requestorComment status machineId computerDnsName creationDateTimeUtc
                    lastUpdateDateTimeUtc cancellationRequestor cancellationComment cancellationDateTimeUtc errorHResult
                    scope externalId requestSource relatedFileInfo commands troubleshootInfo"""),
            "CustomPlaybookCommandResult",
            names("index startTime endTime commandStatus errors command"),
            "Indicator",
            names("""
                    id indicatorValue indicatorType action createdBy severity category application educateUrl
                    bypassDurationHours title description recommendedActions creationTimeDateTimeUtc expirationTime
                    lastUpdateTime lastUpdatedBy rbacGroupNames rbacGroupIds notificationId notificationBody version
                    mitreTechniques historicalDetection lookBackPeriod generateAlert additionalInfo createdByDisplayName
                    externalId createdBySource certificateInfo"""),
            "MtpDevice",
            names("""
                    mdatpDeviceId aadDeviceId deviceDnsName osPlatform version osProcessor osBuild healthStatus riskScore
                    rbacGroupName rbacGroupId firstSeen tags vmMetadata onboardingStatus loggedOnUsers"""));

    private static final Map<String, Map<String, Declared>> TYPES = new LinkedHashMap<>();
    private static final Map<String, Enumeration> ENUMS = new LinkedHashMap<>();

    static {
        read(document());
        ENUMS.put("DetectionStatus", new Enumeration(Set.of("Detected", "Blocked", "Prevented"), false));
        BESIDES.forEach((type, properties) -> TYPES.get(type).putAll(properties));
        RECORDED.forEach((type, order) -> assertThat(order)
                .containsExactlyInAnyOrderElementsOf(TYPES.get(type).keySet()));
    }

    private final List<String> faults = new ArrayList<>();

    private AnswerCheck() {}

    /// A page of entities; at least one, or the check would say nothing. For the same reason each nested property
    /// that is named as filled, by its path (`alerts.devices`), holds something in at least one entity.
    public static void collection(Response answer, String entitySet, String type, String... filled) {
        JsonNode body = envelope(answer, entitySet);
        assertThat(body.path("value")).isNotEmpty();
        body.path("value").forEach(entity -> check(entity, type));
        checkFilled(body.path("value"), filled);
    }

    /// A page that is empty, as it must be.
    public static void none(Response answer, String entitySet) {
        assertThat(envelope(answer, entitySet).path("value")).isEmpty();
        assertThat(answer.jsonPath().getList("value")).isEmpty();
    }

    /// One entity with its context; `filled` as for [#collection].
    public static void entity(Response answer, String entitySet, String type, String... filled) {
        var body = (ObjectNode) envelope(answer, entitySet + "/$entity");
        body.remove("@odata.context");
        check(body, type);
        checkFilled(body, filled);
    }

    /// One value of a complex type with its context; `filled` as for [#collection].
    public static void value(Response answer, String type, String... filled) {
        var body = (ObjectNode) envelope(answer, NAMESPACE + type);
        body.remove("@odata.context");
        check(body, type);
        checkFilled(body, filled);
    }

    private static void checkFilled(JsonNode answered, String... filled) {
        for (String path : filled) {
            assertThat(reached(answered, path)).as(path).isNotEmpty();
        }
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

    private static List<JsonNode> reached(JsonNode from, String path) {
        List<JsonNode> reached = rows(from).toList();
        for (String name : path.split("\\.")) {
            reached = reached.stream()
                    .flatMap(node -> rows(node.path(name)))
                    .filter(node -> !node.isNull() && !node.isMissingNode())
                    .toList();
        }
        return reached;
    }

    private static Stream<JsonNode> rows(JsonNode node) {
        return node.isArray() ? node.valueStream() : Stream.of(node);
    }

    private static void check(JsonNode entity, String type) {
        var check = new AnswerCheck();
        check.object(entity, type, type);
        assertThat(check.faults).as(entity.toString()).isEmpty();
    }

    private void object(JsonNode object, String type, String at) {
        if (!object.isObject()) {
            fault(at, "is no " + type + " but " + object);
            return;
        }
        Map<String, Declared> declared = TYPES.get(type);
        var names = new LinkedHashSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        declared.keySet().stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> fault(at + "." + name, "is missing"));
        List<String> known = names.stream().filter(declared::containsKey).toList();
        List<String> order = RECORDED.getOrDefault(type, List.copyOf(declared.keySet())).stream()
                .filter(names::contains)
                .toList();
        if (!known.equals(order)) {
            fault(at, "is in the order " + known + ", not " + order);
        }
        names.forEach(name -> {
            if (declared.containsKey(name)) {
                Declared property = declared.get(name);
                String recorded = OTHERWISE.getOrDefault(type + "." + name, property.type());
                value(object.get(name), recorded, property.nullable(), at + "." + name);
            } else {
                fault(at + "." + name, "is not declared");
            }
        });
    }

    private void value(JsonNode value, String type, boolean nullable, String at) {
        if (type.startsWith("Collection(")) {
            String item = type.substring("Collection(".length(), type.length() - 1);
            if (!value.isArray()) {
                fault(at, "is no array but " + value);
            }
            for (int i = 0; i < value.size(); i++) {
                single(value.path(i), item, at + "[" + i + "]");
            }
        } else if (!value.isNull()) {
            single(value, type, at);
        } else if (!nullable) {
            fault(at, "is null");
        }
    }

    private void single(JsonNode value, String type, String at) {
        String own = type.substring(type.lastIndexOf('.') + 1);
        if (TYPES.containsKey(own) && type.startsWith(NAMESPACE)) {
            object(value, own, at);
        } else if (!isA(type, own, value)) {
            fault(at, "is no " + type + " but " + value);
        }
    }

    private static boolean isA(String type, String own, JsonNode value) {
        return switch (type) {
            case "Edm.String" -> value.isTextual();
            case "Edm.Boolean" -> value.isBoolean();
            case "Edm.Byte" -> value.isIntegralNumber() && value.asLong() >= 0 && value.asLong() <= 255;
            case "Edm.Int32" -> value.isIntegralNumber() && value.canConvertToInt();
            case "Edm.Int64" -> value.isIntegralNumber() && value.canConvertToLong();
            case "Edm.Single", "Edm.Double" -> value.isNumber();
            case "Edm.Guid" -> value.isTextual() && GUID.matcher(value.asText()).matches();
            case "Edm.DateTimeOffset" ->
                value.isTextual() && TIME.matcher(value.asText()).matches();
            case "MacAddress" ->
                value.isTextual() && MAC_ADDRESS.matcher(value.asText()).matches();
            default -> value.isTextual() && ENUMS.get(own).holds(value.asText());
        };
    }

    private void fault(String at, String what) {
        faults.add(at + " " + what);
    }

    private static List<String> names(String text) {
        return List.of(text.split("\\s+"));
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
            ENUMS.put(
                    type.getAttribute("Name"),
                    new Enumeration(members, type.getAttribute("IsFlags").equals("true")));
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

    private record Enumeration(Set<String> members, boolean flags) {

        boolean holds(String text) {
            return flags ? members.containsAll(List.of(text.split(", ?", -1))) : members.contains(text);
        }
    }
}
