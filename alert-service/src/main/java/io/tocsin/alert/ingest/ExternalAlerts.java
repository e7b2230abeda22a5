package io.tocsin.alert.ingest;

import io.tocsin.admission.Seat;
import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.triage.AlertCategory;
import io.tocsin.alert.triage.DetectionStatus;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.alert.triage.EvidenceRepository;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.IpLiteral;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Takes other products' alerts in.
@ApplicationScoped
class ExternalAlerts {

    private static final Pattern SHA1 = Pattern.compile("[0-9a-fA-F]{40}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

    private static final Set<String> OURS = Set.of("customerti", "createalertbyreference");
    private static final Map<String, String> ENTITY_TYPES = Map.of(
            "user", "User", "process", "Process", "file", "File", "ip", "Ip", "url", "Url", "registry", "Registry");

    private final AlertBatches batches;
    private final AlertQueue queue;
    private final DeviceScopes scopes;
    private final Audit audit;
    private final Validator validator;
    private final RoutingContext request;

    ExternalAlerts(
            AlertBatches batches,
            AlertQueue queue,
            DeviceScopes scopes,
            Audit audit,
            Validator validator,
            RoutingContext request) {
        this.batches = batches;
        this.queue = queue;
        this.scopes = scopes;
        this.audit = audit;
        this.validator = validator;
        this.request = request;
    }

    /// Who sends the alerts of a request, and what it reaches: asked once, however many they are.
    record Sender(Caller caller, DeviceScope scope, Audit.Origin origin) {}

    Sender sender(Caller caller) {
        return new Sender(caller, scopes.of(caller), audit.origin(caller.name()));
    }

    /// As the sender's groups are by now.
    Sender again(Sender sender) {
        return new Sender(sender.caller(), scopes.of(sender.caller()), sender.origin());
    }

    /// One alert, whole or not at all, durable when it returns. An application's joins those that are sent by
    /// others at the same time; what is part of a transaction already, or of a person who may not reach
    /// everything, goes alone.
    ///
    /// @throws ProblemException when it is refused
    Outcome.Stored submit(Sender sender, IntakeForm form, SubmitAlertRequest alert) {
        Submission submission = submission(sender, form, alert);
        boolean alone = !sender.scope().isEverything() || AlertBatches.isPartOfATransaction();
        Outcome outcome = alone
                ? batches.store(sender.scope(), List.of(submission)).getFirst()
                : Seat.of(request).away(() -> queue.store(submission));
        return switch (outcome) {
            case Outcome.Stored stored -> stored;
            case Outcome.Refused refused -> throw refused.problem();
            case Outcome.Failed failed -> throw failed.fault();
        };
    }

    /// Many alerts, each stored or refused on its own.
    List<Outcome> store(Sender sender, List<Submission> submissions) {
        return submissions.isEmpty() ? List.of() : batches.store(sender.scope(), submissions);
    }

    /// What will be stored of a request.
    ///
    /// @throws ProblemException when it is refused as it is
    Submission submission(Sender sender, IntakeForm form, SubmitAlertRequest alert) {
        check(alert);
        String source = alert.source().strip();
        String folded = source.toLowerCase(Locale.ROOT);
        if (OURS.contains(folded) || folded.startsWith("tocsin")) {
            throw new ProblemException(AlertProblem.SOURCE_TAKEN, "Source " + source + " is Tocsin's own");
        }
        return new Submission(
                sender.caller().tenant(),
                sender.origin(),
                alert(alert, source),
                MachineName.of(alert.machineId(), alert.computerDnsName(), form.isForeign()),
                true,
                Submission.Again.REPEAT);
    }

    private void check(SubmitAlertRequest request) {
        Set<ConstraintViolation<SubmitAlertRequest>> violations = validator.validate(request);
        if (violations.isEmpty()) {
            return;
        }
        ConstraintViolation<SubmitAlertRequest> first = violations.stream()
                .min(java.util.Comparator.comparing(
                        violation -> violation.getPropertyPath().toString()))
                .orElseThrow();
        Class<?> rule = first.getConstraintDescriptor().getAnnotation().annotationType();
        if (first.getInvalidValue() == null && (rule == NotBlank.class || rule == NotNull.class)) {
            throw new ProblemException(
                    CommonProblem.MISSING_REQUIRED_PARAMETER, property(first) + " argument is missing");
        }
        throw new ProblemException(CommonProblem.INVALID_INPUT, property(first) + " " + first.getMessage());
    }

    private static String property(ConstraintViolation<?> violation) {
        return violation.getPropertyPath().toString().replaceAll("\\.<[^>]*>", "");
    }

    private static NewAlert alert(SubmitAlertRequest request, String source) {
        WireTime last = request.lastEventTime() == null ? request.firstEventTime() : request.lastEventTime();
        WireTime first = request.firstEventTime() == null ? last : request.firstEventTime();
        if (first != null && first.compareTo(last) > 0) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "firstEventTime is after lastEventTime");
        }
        List<Evidence> evidence = request.evidence() == null ? List.of() : request.evidence();
        if (evidence.stream().mapToInt(Evidence::length).sum() > EvidenceRepository.LONGEST) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT,
                    "evidence is longer than " + EvidenceRepository.LONGEST + " characters");
        }
        return new NewAlert(
                source,
                request.sourceRef().strip(),
                request.severity().name(),
                "ThirdPartySensors",
                request.detectorId(),
                category(request.category()).name(),
                request.threatFamilyName(),
                request.threatName(),
                request.title(),
                request.description() == null ? "" : request.description(),
                request.recommendedAction(),
                first,
                last,
                request.lastUpdateTime() == null ? request.lastEventTime() : request.lastUpdateTime(),
                null,
                request.mitreTechniques() == null ? List.of() : request.mitreTechniques(),
                evidence.stream().map(ExternalAlerts::spelled).toList());
    }

    private static void hash(String property, String hash, Pattern form) {
        if (hash != null && !form.matcher(hash).matches()) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, property + " is not such a hash in hex");
        }
    }

    private static AlertCategory category(String name) {
        AlertCategory category = name == null ? AlertCategory.SuspiciousActivity : AlertCategory.named(name);
        if (category == null) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "category is not one Tocsin knows");
        }
        return category;
    }

    /// The entity with its type and status as the contract spells them.
    private static Evidence spelled(Evidence entity) {
        String type = entity.entityType() == null
                ? null
                : ENTITY_TYPES.get(entity.entityType().toLowerCase(Locale.ROOT));
        if (type == null) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "evidence.entityType is none of " + ENTITY_TYPES.values());
        }
        if (entity.ipAddress() != null && !IpLiteral.isOne(entity.ipAddress())) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "evidence.ipAddress is not an IP address");
        }
        hash("evidence.sha1", entity.sha1(), SHA1);
        hash("evidence.sha256", entity.sha256(), SHA256);
        String told = entity.detectionStatus();
        String status = told == null ? null : DetectionStatus.spelled(told.strip());
        if (status == null && told != null && !told.isBlank()) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT,
                    "evidence.detectionStatus is none of " + List.of(DetectionStatus.values()));
        }
        return with(entity, type, status);
    }

    private static Evidence with(Evidence it, String type, String status) {
        return new Evidence(
                type,
                it.evidenceCreationTime(),
                it.sha1(),
                it.sha256(),
                it.fileName(),
                it.filePath(),
                it.processId(),
                it.processCommandLine(),
                it.processCreationTime(),
                it.parentProcessId(),
                it.parentProcessCreationTime(),
                it.parentProcessFileName(),
                it.parentProcessFilePath(),
                it.ipAddress(),
                it.url(),
                it.registryKey(),
                it.registryHive(),
                it.registryValueType(),
                it.registryValue(),
                it.registryValueName(),
                it.accountName(),
                it.domainName(),
                it.userSid(),
                it.aadUserId(),
                it.userPrincipalName(),
                status);
    }
}
