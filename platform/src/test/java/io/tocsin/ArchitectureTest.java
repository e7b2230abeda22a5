package io.tocsin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// The seams of the platform (design §2): only `wire` and `db` may be used by its other packages.
@AnalyzeClasses(packages = "io.tocsin", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule wireKnowsNobody = knowsNoneOf("wire", "odata", "identity", "audit", "db", "jobs");

    @ArchTest
    static final ArchRule dbKnowsOnlyWire = knowsNoneOf("db", "odata", "identity", "audit", "jobs");

    @ArchTest
    static final ArchRule odataKnowsOnlyWireAndDb = knowsNoneOf("odata", "identity", "audit", "jobs");

    @ArchTest
    static final ArchRule identityKnowsOnlyWireAndDb = knowsNoneOf("identity", "odata", "audit", "jobs");

    @ArchTest
    static final ArchRule auditKnowsOnlyWireAndDb = knowsNoneOf("audit", "odata", "identity", "jobs");

    @ArchTest
    static final ArchRule jobsKnowOnlyWireAndDb = knowsNoneOf("jobs", "odata", "identity", "audit");

    @ArchTest
    static final ArchRule limitsKnowOnlyWireDbAndJobs =
            knowsNoneOf("limits", "odata", "identity", "audit", "admission", "idempotency");

    @ArchTest
    static final ArchRule admissionKnowsOnlyWire =
            knowsNoneOf("admission", "odata", "identity", "audit", "db", "jobs", "limits", "idempotency");

    /// Wrapping a key anew is audited, done by a job and measured; what it is a key of is nobody's business
    /// here.
    @ArchTest
    static final ArchRule secretKnowsOnlyWireDbJobsAuditAndObserve =
            knowsNoneOf("secret", "odata", "identity", "limits", "admission", "idempotency");

    @ArchTest
    static final ArchRule nobodyBelowKnowsSecrets = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.tocsin.wire",
                    "io.tocsin.db",
                    "io.tocsin.odata",
                    "io.tocsin.identity",
                    "io.tocsin.audit",
                    "io.tocsin.jobs",
                    "io.tocsin.limits",
                    "io.tocsin.admission",
                    "io.tocsin.observe")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.tocsin.secret");

    @ArchTest
    static final ArchRule idempotencyKnowsOnlyWireDbJobsAndSecret =
            knowsNoneOf("idempotency", "odata", "identity", "audit", "limits", "admission");

    @ArchTest
    static final ArchRule observeKnowsOnlyWireDbAndJobs =
            knowsNoneOf("observe", "odata", "identity", "audit", "limits", "admission", "idempotency");

    @ArchTest
    static final ArchRule feedKnowsOnlyWireDbJobsSecretAndAdmission =
            knowsNoneOf("feed", "odata", "identity", "audit", "limits", "idempotency");

    @ArchTest
    static final ArchRule outboxKnowsOnlyDbJobsAndObserve =
            knowsNoneOf("outbox", "odata", "identity", "audit", "limits", "idempotency", "admission", "secret", "feed");

    @ArchTest
    static final ArchRule outboundKnowsOnlyWire =
            knowsNoneOf("outbound", "odata", "identity", "audit", "db", "jobs", "limits", "admission", "idempotency");

    private static ArchRule knowsNoneOf(String one, String... others) {
        return noClasses()
                .that()
                .resideInAPackage("io.tocsin." + one)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(java.util.Arrays.stream(others)
                        .map(other -> "io.tocsin." + other)
                        .toArray(String[]::new));
    }
}
