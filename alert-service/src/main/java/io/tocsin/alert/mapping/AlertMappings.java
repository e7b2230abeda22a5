package io.tocsin.alert.mapping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.alert.AlertProblem;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/// The mappings a tenant can name: those that are built in, and its own.
@ApplicationScoped
public class AlertMappings {

    private static final String OCSF = "ocsf";
    private static final String SURICATA = "suricata";
    private static final Set<String> BUILT_IN = Set.of(OCSF, SURICATA);
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final int MOST = 200;

    private final MappingRepository mappings;
    private final Audit audit;
    private final ObjectMapper json;

    AlertMappings(MappingRepository mappings, Audit audit, ObjectMapper json) {
        this.mappings = mappings;
        this.audit = audit;
        this.json = json;
    }

    /// @param source what the alerts' source is called, or null when the events or the mapping say it
    /// @throws ProblemException 404 when the tenant has none of this name
    public AlertMapping named(UUID tenant, String name, String source) {
        String folded = MappingDefinition.folded(name);
        return switch (folded) {
            case OCSF -> new OcsfMapping(source);
            case SURICATA -> new SuricataMapping(source);
            default -> {
                MappingDefinition own = definition(get(tenant, folded).definition());
                yield source == null
                        ? own
                        : new MappingDefinition(
                                source, own.when(), own.properties(), own.mitreTechniques(), own.evidence());
            }
        };
    }

    List<MappingView> all(UUID tenant) {
        return mappings.all(tenant);
    }

    MappingView get(UUID tenant, String name) {
        return mappings.find(tenant, MappingDefinition.folded(name)).orElseThrow(() -> notFound(name));
    }

    /// What the mapping would make of an event; nothing is stored.
    TrialView tried(UUID tenant, String name, JsonNode event) {
        return named(tenant, name, null)
                .map(event)
                .map(alert -> new TrialView(false, alert))
                .orElseGet(() -> new TrialView(true, null));
    }

    /// @return whether it is new
    /// @throws ProblemException 400 when it is no mapping, 403 when another application made the one of this name
    @Transactional
    boolean put(Caller caller, String given, MappingDefinition definition) {
        String name = MappingDefinition.folded(given);
        if (!NAME.matcher(name).matches() || BUILT_IN.contains(name)) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT,
                    "The name of a mapping is 1 to 64 of a-z, 0-9, '.', '_' and '-', and none of " + OCSF + " and "
                            + SURICATA);
        }
        definition.check();
        mappings.lock(caller.tenant());
        MappingView before = mappings.find(caller.tenant(), name).orElse(null);
        if (before != null) {
            checkOwner(caller, before);
        }
        if (before == null && mappings.count(caller.tenant()) >= MOST) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "A tenant has at most " + MOST + " mappings");
        }
        String text = text(definition);
        mappings.put(caller.tenant(), name, text, caller.name(), WireTime.now());
        record(caller, before == null ? "alert-mapping.create" : "alert-mapping.update", name, before, text);
        return before == null;
    }

    @Transactional
    void delete(Caller caller, String given) {
        String name = MappingDefinition.folded(given);
        mappings.lock(caller.tenant());
        MappingView before = get(caller.tenant(), name);
        checkOwner(caller, before);
        mappings.delete(caller.tenant(), name);
        record(caller, "alert-mapping.delete", name, before, null);
    }

    /// As a source is, a mapping is its application's: another one could make its alerts vanish. A person may mend any.
    private static void checkOwner(Caller caller, MappingView mapping) {
        if (!caller.user() && !caller.name().equals(mapping.createdBy())) {
            throw new ProblemException(
                    AlertProblem.MAPPING_TAKEN, "Mapping " + mapping.name() + " belongs to " + mapping.createdBy());
        }
    }

    private void record(Caller caller, String action, String name, MappingView before, String after) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("before", before == null ? null : definition(before.definition()));
        detail.put("after", after == null ? null : definition(after));
        audit.record(caller.tenant(), caller.name(), action, name, detail);
    }

    private MappingDefinition definition(String text) {
        try {
            return json.readValue(text, MappingDefinition.class);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a stored mapping cannot be read", impossible);
        }
    }

    private String text(MappingDefinition definition) {
        try {
            return json.writeValueAsString(definition);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ProblemException notFound(String name) {
        return new ProblemException(AlertProblem.MAPPING_NOT_FOUND, "Mapping " + name + " was not found");
    }
}
