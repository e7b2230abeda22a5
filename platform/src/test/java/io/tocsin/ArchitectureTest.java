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

    @ArchTest
    static final ArchRule idempotencyKnowsOnlyWireDbAndJobs =
            knowsNoneOf("idempotency", "odata", "identity", "audit", "limits", "admission");

    @ArchTest
    static final ArchRule observeKnowsOnlyWireDbAndJobs =
            knowsNoneOf("observe", "odata", "identity", "audit", "limits", "admission", "idempotency");

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
