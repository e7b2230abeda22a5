package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.security.ForbiddenException;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.identity.Permission;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.machine.MachineService;
import io.tocsin.response.machine.MachineView;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// What people do with playbooks and runs. Both reach every machine, so they are only for who does.
@ApplicationScoped
class PlaybookService {

    private static final int PAGE = 100;
    private static final int MOST_STEPS = 5_000;
    private static final int LONGEST_INPUT = 64 * 1024;
    private static final List<String> STATES = List.of("Running", "Succeeded", "Failed", "TimedOut", "Cancelled");

    private final PlaybookRepository playbooks;
    private final RunRepository runs;
    private final RunEngine engine;
    private final TriggerEvents events;
    private final MachineService machines;
    private final Cacao cacao;
    private final PlaybookConfig config;
    private final DeviceScopes scopes;
    private final Audit audit;

    PlaybookService(
            PlaybookRepository playbooks,
            RunRepository runs,
            RunEngine engine,
            TriggerEvents events,
            MachineService machines,
            Cacao cacao,
            PlaybookConfig config,
            DeviceScopes scopes,
            Audit audit) {
        this.playbooks = playbooks;
        this.runs = runs;
        this.engine = engine;
        this.events = events;
        this.machines = machines;
        this.cacao = cacao;
        this.config = config;
        this.scopes = scopes;
        this.audit = audit;
    }

    /// @throws ProblemException 403 to whom a device group is closed
    void requireReach(Caller caller) {
        if (!scopes.of(caller).isEverything()) {
            throw new ProblemException(ResponseProblem.POLICY_BEYOND_REACH);
        }
    }

    @Transactional
    PlaybookList list(Caller caller) {
        requireReach(caller);
        return new PlaybookList(playbooks.all(caller.tenant()));
    }

    @Transactional
    PlaybookView get(Caller caller, String id) {
        requireReach(caller);
        return playbooks.find(caller.tenant(), uuid(id)).orElseThrow(() -> notFound(id));
    }

    @Transactional
    PlaybookVersionList versions(Caller caller, String id) {
        get(caller, id);
        return new PlaybookVersionList(playbooks.versions(caller.tenant(), uuid(id)));
    }

    @Transactional
    PlaybookView create(Caller caller, PlaybookRequest request) {
        requireReach(caller);
        Definition definition = checked(caller, request);
        if (playbooks.count(caller.tenant()) >= config.perTenant()) {
            throw new ProblemException(
                    CommonProblem.BAD_REQUEST, "There are " + config.perTenant() + " playbooks already");
        }
        UUID id = UUID.randomUUID();
        playbooks.insert(caller.tenant(), id, request, every(definition), caller.name(), WireTime.now());
        audit.record(
                caller.tenant(),
                caller.name(),
                "playbook.create",
                id.toString(),
                Map.of("name", request.name(), "enabled", request.isEnabled(), "version", 1));
        return get(caller, id.toString());
    }

    /// Replaces it. Another definition is another version; runs go on by theirs.
    @Transactional
    PlaybookView update(Caller caller, String id, PlaybookRequest request) {
        PlaybookView before = get(caller, id);
        Definition definition = checked(caller, request);
        boolean changed = !before.definition().equals(request.definition());
        if (!playbooks.update(
                caller.tenant(),
                uuid(id),
                before.version(),
                request,
                every(definition),
                changed,
                caller.name(),
                WireTime.now())) {
            throw new ProblemException(CommonProblem.BAD_REQUEST, "Somebody else has changed it; read it again");
        }
        PlaybookView after = get(caller, id);
        audit.record(
                caller.tenant(),
                caller.name(),
                "playbook.update",
                id,
                Map.of("before", told(before), "after", told(after)));
        return after;
    }

    private static Map<String, Object> told(PlaybookView playbook) {
        return Map.of("name", playbook.name(), "enabled", playbook.enabled(), "version", playbook.version());
    }

    @Transactional
    void delete(Caller caller, String id) {
        PlaybookView before = get(caller, id);
        playbooks.delete(caller.tenant(), uuid(id));
        audit.record(caller.tenant(), caller.name(), "playbook.delete", id, Map.of("before", told(before)));
    }

    @Transactional
    ImportedPlaybook take(Caller caller, JsonNode document) {
        Cacao.Imported imported = cacao.read(document);
        return new ImportedPlaybook(create(caller, imported.request()), imported.losses());
    }

    @Transactional
    ExportedPlaybook give(Caller caller, String id) {
        return cacao.write(get(caller, id));
    }

    /// Whoever writes down what is done by itself must be allowed to do it.
    private static Definition checked(Caller caller, PlaybookRequest request) {
        Definition definition = Definition.read(request.definition());
        definition.requireReferences();
        Set<Permission> lacking = definition.permissions();
        lacking.removeIf(caller::has);
        lacking.stream().sorted().findFirst().ifPresent(permission -> {
            throw new ForbiddenException("The playbook does what needs " + permission.applicationName());
        });
        return definition;
    }

    private static Duration every(Definition definition) {
        return definition.triggers().stream()
                .filter(trigger -> trigger.type() == Trigger.Type.Schedule)
                .map(Trigger::every)
                .findFirst()
                .orElse(null);
    }

    /// By hand, as whoever runs it may.
    @Transactional
    RunView run(Caller caller, String id, RunRequest request) {
        PlaybookView playbook = get(caller, id);
        Definition definition =
                checked(caller, new PlaybookRequest(playbook.name(), null, playbook.enabled(), playbook.definition()));
        Subject subject = subject(caller, request);
        UUID run = engine.start(
                        new RunRepository.New(
                                caller.tenant(),
                                uuid(id),
                                playbook.name(),
                                playbook.version(),
                                "Manual",
                                subject.id(),
                                caller.name(),
                                request.isDryRun(),
                                subject.input()),
                        definition,
                        caller.name())
                .orElseThrow();
        return runs.find(caller.tenant(), run).orElseThrow();
    }

    /// What a run by hand is about.
    ///
    /// @param id of an alert, an incident or a machine, else null
    private record Subject(String id, ObjectNode input) {}

    private Subject subject(Caller caller, RunRequest request) {
        if (request.isAboutSeveral()) {
            throw PlaybookProblem.at("run", "is about one of alertId, incidentId, machineId and input");
        }
        if (request.alertId() != null) {
            requireReading(caller, Permission.ALERT_READ);
            return events.of(caller.tenant(), "Alert", request.alertId())
                    .map(alert -> new Subject(request.alertId(), alert.json()))
                    .orElseThrow(() -> new ProblemException(
                            ResponseProblem.ALERT_NOT_FOUND, "Alert " + request.alertId() + " was not found"));
        }
        if (request.incidentId() != null) {
            requireReading(caller, Permission.INCIDENT_READ);
            String incident = request.incidentId().toString();
            return events.of(caller.tenant(), "Incident", incident)
                    .map(it -> new Subject(incident, it.json()))
                    .orElseThrow(() -> new ProblemException(
                            ResponseProblem.PLAYBOOK_NOT_FOUND, "Incident " + incident + " was not found"));
        }
        if (request.machineId() != null) {
            requireReading(caller, Permission.MACHINE_READ);
            MachineView machine = machines.get(caller, request.machineId());
            return new Subject(machine.id(), TriggerEvents.of(machine));
        }
        return new Subject(null, input(request));
    }

    private static ObjectNode input(RunRequest request) {
        if (request.input() == null || request.input().isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (!(request.input() instanceof ObjectNode input) || input.toString().length() > LONGEST_INPUT) {
            throw PlaybookProblem.at("input", "is no object of at most " + LONGEST_INPUT);
        }
        return input;
    }

    private static void requireReading(Caller caller, Permission needed) {
        if (!caller.has(needed)) {
            throw new ForbiddenException("What the run is about needs " + needed.applicationName());
        }
    }

    /// What whoever reads what a run was told must be allowed to read: what began it goes on in its steps.
    private static Optional<Permission> reading(RunView run) {
        return switch (run.trigger()) {
            case "Alert", "IndicatorMatch" -> Optional.of(Permission.ALERT_READ);
            case "Incident" -> Optional.of(Permission.INCIDENT_READ);
            case "Manual" ->
                run.subject() == null
                        ? Optional.empty()
                        : Optional.of(
                                run.input().has("alertId")
                                        ? Permission.ALERT_READ
                                        : run.input().has("incidentId")
                                                ? Permission.INCIDENT_READ
                                                : Permission.MACHINE_READ);
            default -> Optional.empty();
        };
    }

    private static boolean isOpen(Caller caller, RunView run) {
        return reading(run).map(caller::has).orElse(true);
    }

    /// As this caller may see it.
    static RunView seen(Caller caller, RunView run) {
        return isOpen(caller, run) ? run : run.withoutInput();
    }

    @Transactional
    RunPage runs(Caller caller, String playbook, String state, String cursor) {
        requireReach(caller);
        String spelled = state == null
                ? null
                : STATES.stream()
                        .filter(state.strip()::equalsIgnoreCase)
                        .findFirst()
                        .orElseThrow(() -> PlaybookProblem.at("state", "is none of " + STATES));
        UUID of = playbook == null
                ? null
                : parsed(playbook).orElseThrow(() -> PlaybookProblem.at("playbookId", "is no id"));
        String[] place = cursor == null ? null : place(cursor);
        List<RunView> found = runs.page(
                caller.tenant(),
                of,
                spelled,
                place == null ? null : Long.valueOf(place[0]),
                place == null ? null : UUID.fromString(place[1]),
                PAGE + 1);
        boolean more = found.size() > PAGE;
        List<RunView> page = more ? found.subList(0, PAGE) : found;
        return new RunPage(page.stream().map(run -> seen(caller, run)).toList(), more ? cursor(page.getLast()) : null);
    }

    private static String cursor(RunView last) {
        String text = last.startTime().ticks() + "/" + last.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String[] place(String cursor) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("/", 2);
            if (parts.length == 2
                    && parts[0].matches("\\d{1,18}")
                    && parsed(parts[1]).isPresent()) {
                return parts;
            }
        } catch (IllegalArgumentException notOne) {
            // refused below
        }
        throw PlaybookProblem.at("cursor", "is none of ours");
    }

    @Transactional
    RunDetail run(Caller caller, String id) {
        return run(caller, id, null, null);
    }

    /// @param top how many steps; null for as many as there may be
    @Transactional
    RunDetail run(Caller caller, String id, Integer top, Integer skip) {
        requireReach(caller);
        if (top != null && (top < 0 || top > MOST_STEPS)) {
            throw PlaybookProblem.at("$top", "is not between 0 and " + MOST_STEPS);
        }
        if (skip != null && skip < 0) {
            throw PlaybookProblem.at("$skip", "is less than 0");
        }
        RunView run = runs.find(caller.tenant(), uuid(id)).orElseThrow(() -> runNotFound(id));
        int count = runs.count(caller.tenant(), uuid(id), Integer.MAX_VALUE);
        List<StepView> steps =
                runs.views(caller.tenant(), uuid(id), top == null ? MOST_STEPS : top, skip == null ? 0 : skip);
        boolean open = isOpen(caller, run)
                && runs.shown(caller.tenant(), uuid(id)).stream().allMatch(caller::has);
        return new RunDetail(
                seen(caller, run),
                count,
                steps.stream()
                        .map(step -> open ? step : step.withoutWhatItWasTold())
                        .toList());
    }

    /// Ends it with what of it is open. What it has asked machines for goes on.
    @Transactional
    RunView cancel(Caller caller, String id, String comment) {
        requireReach(caller);
        RunView before = runs.find(caller.tenant(), uuid(id)).orElseThrow(() -> runNotFound(id));
        if (!engine.endRun(caller.tenant(), uuid(id), "Cancelled", caller.name(), comment, caller.name())) {
            throw new ProblemException(ResponseProblem.RUN_ENDED, "The run has ended: " + before.state());
        }
        return seen(caller, runs.find(caller.tenant(), uuid(id)).orElseThrow());
    }

    /// Says yes or no to an approval that waits.
    ///
    /// @throws ProblemException 404 when none waits; 400 when it takes somebody else; 403 to whom it does not
    /// ask, or who began the run where four eyes are wanted
    @Transactional
    RunDetail decide(Caller caller, String run, String step, boolean approve, String comment) {
        requireReach(caller);
        UUID tenant = caller.tenant();
        RunRepository.Asked asked = runs.asked(tenant, uuid(run), parsed(step).orElseThrow(() -> stepNotFound(step)))
                .orElseThrow(() -> stepNotFound(step));
        Step definition = Definition.read(playbooks
                        .definition(tenant, asked.playbook(), asked.version())
                        .orElseThrow())
                .steps()
                .get(asked.name());
        requireAsked(caller, definition);
        if (approve && asked.fourEyes() && caller.name().equals(asked.startedBy())) {
            throw new ProblemException(ResponseProblem.FOUR_EYES, "Who started the run may not approve what it asks");
        }
        if (approve && asked.approvedBy().contains(caller.name())) {
            throw new ProblemException(CommonProblem.BAD_REQUEST, "The caller has approved it; it takes somebody else");
        }
        int needed = definition.has("approvals") ? definition.get("approvals").asInt() : 1;
        if (approve) {
            runs.approve(tenant, asked.run(), asked.id(), caller.name());
        }
        if (!approve || asked.approvedBy().size() + 1 >= needed) {
            runs.decide(tenant, asked.run(), asked.id(), approve, caller.name(), comment);
            runs.wake(tenant, asked.run());
        }
        var detail = new LinkedHashMap<String, Object>();
        detail.put("step", asked.name());
        detail.put("comment", comment);
        audit.record(tenant, caller.name(), approve ? "playbook-run.approve" : "playbook-run.reject", run, detail);
        return run(caller, run);
    }

    private static void requireAsked(Caller caller, Step step) {
        if (step.has("permission")) {
            Permission needed = Definition.permission(step).orElseThrow();
            if (!caller.has(needed)) {
                throw new ForbiddenException("The step asks who has " + needed.applicationName());
            }
        }
        if (step.has("group") && !caller.userGroups().contains(step.get("group").asText())) {
            throw new ForbiddenException(
                    "The step asks a member of " + step.get("group").asText());
        }
    }

    private static Optional<UUID> parsed(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }

    private static UUID uuid(String text) {
        return parsed(text).orElseThrow(() -> notFound(text));
    }

    private static ProblemException notFound(String id) {
        return new ProblemException(ResponseProblem.PLAYBOOK_NOT_FOUND, "Playbook " + id + " was not found");
    }

    private static ProblemException runNotFound(String id) {
        return new ProblemException(ResponseProblem.PLAYBOOK_NOT_FOUND, "Run " + id + " was not found");
    }

    private static ProblemException stepNotFound(String id) {
        return new ProblemException(ResponseProblem.PLAYBOOK_NOT_FOUND, "No approval " + id + " waits");
    }
}
