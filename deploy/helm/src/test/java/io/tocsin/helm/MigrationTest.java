package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The schema is migrated by a Job that is never changed, only replaced (docs/adr/020).
class MigrationTest {

    private static final Path JQ = Path.of("/usr/bin/jq");
    private static final ValueSet HOOK = ValueSet.minimal("migration: {mode: hook}");

    @Test
    void shouldMigrateByAnOrdinaryJobOfTheRelease() {
        var manifests = Chart.render(ValueSet.minimal(""));

        assertThat(manifests.of(Kind.Job)).singleElement().satisfies(job -> {
            assertThat(job.isHook()).isFalse();
            assertThat(job.environment())
                    .containsEntry("QUARKUS_PROFILE", "prod,migrate")
                    .containsEntry("QUARKUS_DATASOURCE_USERNAME", "from a Secret");
            assertThat(job.podSpec().at("/containers/0/image").asText())
                    .isEqualTo(manifests
                            .deployment("alert-service")
                            .podSpec()
                            .at("/containers/0/image")
                            .asText());
            assertThat(job.podSpec().path("restartPolicy").asText()).isEqualTo("Never");
        });
        assertThat(manifests.hooks()).isEmpty();
    }

    @Test
    void shouldLogInAsTheOwnerAndAsNobodyElse() {
        assertThat(secretsOf(job(ValueSet.minimal("")))).containsOnly("tocsin-database-owner");
        assertThat(secretsOf(job(ValueSet.minimal("migration: {existingSecret: dba}"))))
                .containsOnly("dba");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image: {tag: 0.3.0}",
                "image: {repository: registry.example.com/other}",
                "image: {variant: jvm}",
                "image: {heapPercent: 50}",
                "alertService: {digest: 'sha256:0b8f5c4b7e3a0f4e0c7b1d9c5a4e3f2d1c0b9a8f7e6d5c4b3a29181716151413'}",
                "database: {host: other.databases.svc}",
                "database: {parameters: {targetServerType: primary}}",
                "migration: {existingSecret: other}",
                "migration: {backoffLimit: 3}",
                "migration: {ttlSecondsAfterFinished: 60}",
                "commonLabels: {team: security}",
                "scheduling: {nodeSelector: {disk: fast}}",
                "securityContext: {runAsUser: 2000}"
            })
    void shouldBeAnotherJobWhenAnythingOfItChanges(String change) {
        assertThat(job(ValueSet.minimal(change)).name())
                .startsWith("tocsin-migration-")
                .isNotEqualTo(job(ValueSet.minimal("")).name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alertService: {replicas: 1, autoscaling: {enabled: false}}",
                "limits: {profile: defender}",
                "responseService: {digest: 'sha256:0b8f5c4b7e3a0f4e0c7b1d9c5a4e3f2d1c0b9a8f7e6d5c4b3a29181716151413'}",
                "settings: {tocsin.actions.lease: 3m}",
                "oidc: {issuer: 'https://other.example.com'}",
                "migration: {mode: hook}"
            })
    void shouldBeTheSameJobWhenNothingOfItChanges(String change) {
        var before = job(ValueSet.minimal(""));
        var after = job(ValueSet.minimal(change));

        assertThat(after.name()).isEqualTo(before.name());
        // Kubernetes refuses a change of either.
        assertThat(after.spec()).isEqualTo(before.spec());
    }

    /// What differs between two Jobs of one name cannot be applied, so nothing may. A hook's is removed first.
    @Test
    void shouldNeverChangeWhatAJobOfThatNameIs() {
        var specs = Stream.concat(
                        ValueSet.all().stream(),
                        Stream.of(
                                ValueSet.minimal("image: {pullPolicy: Always}"),
                                ValueSet.minimal("jobs: {enabled: false}")))
                .flatMap(set -> Chart.render(set).onInstall().of(Kind.Job))
                .toList();

        for (var one : specs) {
            for (var other : specs) {
                if (one.name().equals(other.name())) {
                    assertThat(one.spec()).isEqualTo(other.spec());
                }
            }
        }
        assertThat(specs.stream().map(Manifest::name).distinct()).hasSizeGreaterThan(3);
    }

    @Test
    void shouldInstallInBothModesByTheSameOrdinaryJob() {
        var byJob = Chart.render(ValueSet.minimal("")).onInstall();
        var byHook = Chart.render(HOOK).onInstall();

        assertThat(byHook.all()).isEqualTo(byJob.all());
        assertThat(Chart.template(HOOK)).isEqualTo(Chart.template(ValueSet.minimal("")));
    }

    @Test
    void shouldMigrateBeforeAnyPodChangesWhenUpgradedInHookMode() {
        var hooks = Chart.render(HOOK).hooks().toList();

        assertThat(hooks)
                .extracting(Manifest::kind)
                .containsExactlyInAnyOrder("ServiceAccount", "NetworkPolicy", "Job");
        assertThat(hooks).allSatisfy(hook -> {
            var annotations = hook.at("/metadata/annotations");
            assertThat(annotations.path(Chart.SHOWN_HOOK).asText()).isEqualTo("pre-upgrade");
            assertThat(annotations.path("helm.sh/hook-delete-policy").asText())
                    .isEqualTo("before-hook-creation,hook-succeeded");
        });
        assertThat(hooks)
                .filteredOn(hook -> !hook.kind().equals("Job"))
                .allSatisfy(hook -> assertThat(weight(hook)).isLessThan(0));
        assertThat(hooks)
                .filteredOn(hook -> hook.kind().equals("Job"))
                .singleElement()
                .satisfies(hook -> assertThat(weight(hook)).isZero());
    }

    @Test
    void shouldReferFromAHookOnlyToHooksAndToWhatTheOperatorBrought() {
        var set = new ValueSet("everything", ValueSet.PRODUCTION, "");
        var manifests = Chart.render(set);
        var hooks = new Manifests(manifests.hooks().toList());
        var rendered = manifests.onInstall();

        assertThat(References.broken(hooks, Chart.notes(set))).isEmpty();
        assertThat(secretsOf(hooks.of(Kind.Job).findFirst().orElseThrow()))
                .isNotEmpty()
                .noneMatch(secret -> rendered.has(Kind.Secret, secret));
    }

    /// Tried with a packaged service: without the pattern Flyway refuses a history that is newer than its own
    /// migrations.
    @Test
    void shouldTakeANewerSchemaAsItIsAfterARollback() {
        assertThat(job(ValueSet.minimal("")).environment())
                .containsEntry("QUARKUS_FLYWAY_IGNORE_MIGRATION_PATTERNS", "*:future");
    }

    /// Tried with a packaged service: the first issuer is wanted at the start, unless it is off.
    @Test
    void shouldMigrateWithoutAnIssuer() {
        assertThat(job(ValueSet.minimal("")).environment())
                .containsEntry("QUARKUS_OIDC_PRIMARY_TENANT_ENABLED", "false");
    }

    @Test
    void shouldLeaveTheMigrationToTheOperatorWhoWantsIt() {
        var manifests = Chart.render(ValueSet.minimal("migration: {mode: none}"));

        assertThat(manifests.all()).noneMatch(manifest -> manifest.component().startsWith("migration"));
        assertThat(Chart.notes(ValueSet.minimal("migration: {mode: none}")))
                .contains("run the migration yourself")
                .doesNotContain("tocsin-database-owner");
    }

    @Test
    void shouldWaitInReadinessForTheSchema() {
        assertThat(List.of("alert-service", "response-service", "indicator-service"))
                .allSatisfy(service -> assertThat(Chart.render(ValueSet.minimal(""))
                                .deployment(service)
                                .podSpec()
                                .at("/containers/0/readinessProbe/httpGet/path")
                                .asText())
                        .isEqualTo("/q/health/ready"));
    }

    /// What docs/audit.md makes of it, by its own words, where there is jq.
    @Test
    void shouldLendItselfToTheVerificationOfTheAudit() throws Exception {
        assumeThat(Files.isExecutable(JQ)).isTrue();
        Manifest migration = job(ValueSet.minimal("")).copy();
        ObjectNode labels = (ObjectNode) migration.at("/spec/template/metadata/labels");
        labels.put("batch.kubernetes.io/controller-uid", "of the Job that was").put("job-name", "the same");
        String page = Files.readString(Path.of("../../docs/audit.md"));
        var program = Pattern.compile("jq '(.*?)' \\|", Pattern.DOTALL).matcher(page);
        assertThat(program.find()).isTrue();

        Process jq = new ProcessBuilder(JQ.toString(), program.group(1)).start();
        try (var in = jq.outputWriter()) {
            in.write("{\"items\":[" + migration.json() + "]}");
        }
        var made = new Manifest(new ObjectMapper().readTree(jq.inputReader()));

        assertThat(jq.waitFor()).isZero();
        assertThat(made.kind()).isEqualTo("Job");
        assertThat(made.name()).isEqualTo("verify-audit");
        assertThat(made.environment())
                .containsEntry("QUARKUS_PROFILE", "prod,verify-audit")
                .containsEntry("QUARKUS_DATASOURCE_USERNAME", "from a Secret");
        assertThat(made.at("/spec/template/metadata/labels").properties())
                .extracting(Map.Entry::getKey)
                .contains("app.kubernetes.io/component")
                .doesNotContain("batch.kubernetes.io/controller-uid", "job-name");
        assertThat(made.podSpec().path("restartPolicy").asText()).isEqualTo("Never");
        assertThat(made.podSpec().path("serviceAccountName"))
                .isEqualTo(migration.podSpec().path("serviceAccountName"));
    }

    private static Manifest job(ValueSet set) {
        return Chart.render(set).onInstall().of(Kind.Job).findFirst().orElseThrow();
    }

    private static int weight(Manifest hook) {
        return hook.at("/metadata/annotations").path("helm.sh/hook-weight").asInt();
    }

    private static Set<String> secretsOf(Manifest owner) {
        return Set.copyOf(owner.containers()
                .flatMap(container -> Manifest.each(container.path("env")))
                .map(variable -> variable.at("/valueFrom/secretKeyRef/name").asText())
                .filter(name -> !name.isEmpty())
                .toList());
    }
}
