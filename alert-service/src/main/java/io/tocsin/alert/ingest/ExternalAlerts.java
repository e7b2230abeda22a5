package io.tocsin.alert.ingest;

import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.triage.AlertCategory;
import io.tocsin.alert.triage.DetectionStatus;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.IpLiteral;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
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

    private final AlertIntake intake;
    private final KnownMachines machines;
    private final DeviceScopes scopes;
    private final Validator validator;

    ExternalAlerts(AlertIntake intake, KnownMachines machines, DeviceScopes scopes, Validator validator) {
        this.intake = intake;
        this.machines = machines;
        this.scopes = scopes;
        this.validator = validator;
    }

    /// One alert, whole or not at all.
    @Transactional
    AlertIntake.Stored submit(Caller caller, SubmitAlertRequest request) {
        check(request);
        String source = request.source().strip();
        if (OURS.contains(source.toLowerCase(Locale.ROOT))
                || source.toLowerCase(Locale.ROOT).startsWith("tocsin")) {
            throw new ProblemException(AlertProblem.SOURCE_TAKEN, "Source " + source + " is Tocsin's own");
        }
        DeviceScope scope = scopes.of(caller);
        KnownMachine machine = machines.find(caller.tenant(), scope, request.machineId(), request.computerDnsName());
        intake.claim(caller.tenant(), source, caller.name());
        // A repeat may be of an alert whose machine has moved.
        intake.checkReach(caller.tenant(), scope, source, request.sourceRef().strip());
        return intake.store(caller.tenant(), caller.name(), alert(request, source, machine));
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

    private static NewAlert alert(SubmitAlertRequest request, String source, KnownMachine machine) {
        WireTime now = WireTime.now();
        WireTime last = request.lastEventTime() != null
                ? request.lastEventTime()
                : request.firstEventTime() != null ? request.firstEventTime() : now;
        WireTime first = request.firstEventTime() == null ? last : request.firstEventTime();
        if (first.compareTo(last) > 0) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "firstEventTime is after lastEventTime");
        }
        List<Evidence> evidence = request.evidence() == null ? List.of() : request.evidence();
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
                machine,
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
