package io.tocsin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a native image needs and a JVM does not, so that no other test would miss it: held against the classes and
/// resources of the service whose test extends this, and of `platform`.
///
/// A native image initialises our classes while it is built. What they keep from then is the same in every process that
/// is ever started from it, and files, reflection and services are there only when they were named.
public abstract class NativeReady {

    /// Each would be frozen into the image: a seed, an hour, an address, a thread, a connection.
    private static final List<Class<?>> OF_ONE_PROCESS = List.of(
            java.util.random.RandomGenerator.class,
            java.time.Instant.class,
            java.time.LocalDate.class,
            java.time.LocalDateTime.class,
            java.time.OffsetDateTime.class,
            java.time.ZonedDateTime.class,
            java.lang.Thread.class,
            java.lang.ProcessHandle.class,
            java.util.Timer.class,
            java.util.concurrent.Executor.class,
            java.net.InetAddress.class,
            java.net.InetSocketAddress.class,
            java.net.Socket.class,
            java.net.http.HttpClient.class,
            java.nio.channels.Channel.class,
            java.nio.file.Path.class,
            java.io.File.class,
            javax.net.ssl.SSLContext.class,
            java.security.Provider.class);

    private static final Set<String> ASKS_THE_MACHINE = Set.of(
            "System.getenv",
            "System.getProperty",
            "System.nanoTime",
            "System.currentTimeMillis",
            "Boolean.getBoolean",
            "Integer.getInteger",
            "Long.getLong",
            "Instant.now",
            "LocalDate.now",
            "LocalDateTime.now",
            "OffsetDateTime.now",
            "ZonedDateTime.now",
            "ZoneId.systemDefault",
            "Locale.getDefault",
            "UUID.randomUUID",
            "ThreadLocalRandom.current",
            "ProcessHandle.current",
            "InetAddress.getLocalHost",
            "Runtime.availableProcessors",
            "Runtime.maxMemory",
            "Path.of",
            "ConfigProvider.getConfig");

    /// Read by Quarkus while it builds, or put into the image by the extension whose they are.
    private static final List<String> KNOWN_TO_QUARKUS = List.of(
            "application.properties", "META-INF/microprofile-config.properties", "META-INF/services/", "db/migration/");

    /// Found by Quarkus while it builds and called by generated code, never by a `ServiceLoader` of the image.
    private static final Set<String> SERVICES_KNOWN_TO_QUARKUS =
            Set.of("io.smallrye.config.ConfigSourceInterceptor", "io.smallrye.config.SmallRyeConfigBuilderCustomizer");

    private static final Path OWN = Path.of("src/main/resources");
    private static final Path PLATFORM = Path.of("../platform/src/main/resources");
    private static final Path TESTS = Path.of("src/test/java");
    private static final String INCLUDES = "quarkus.native.resources.includes";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("platform-testkit"))
            .importPackages("io.tocsin");

    @Test
    void shouldKeepNothingOfOneProcessInAStaticField() {
        var kept = CLASSES.stream()
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                .filter(NativeReady::isOfOneProcess)
                .map(JavaField::getFullName);

        assertThat(kept).isEmpty();
    }

    @Test
    void shouldAskNothingOfTheMachineWhileAClassIsInitialised() {
        var asked = CLASSES.stream()
                .flatMap(type -> type.getStaticInitializer().stream())
                .flatMap(initializer -> initializer.getCallsFromSelf().stream())
                .filter(call -> ASKS_THE_MACHINE.contains(name(call)))
                .map(JavaCall::getDescription);

        assertThat(asked).isEmpty();
    }

    @Test
    void shouldNameEveryResourceItReads() {
        List<String> named = named();

        assertThat(unknownToQuarkus(OWN))
                .as("resources that %s does not name", INCLUDES)
                .isSubsetOf(named);
        assertThat(unknownToQuarkus(PLATFORM))
                .as("resources that %s does not name", INCLUDES)
                .isSubsetOf(named);
        assertThat(named)
                .as("named, but not there")
                .allMatch(name -> Files.exists(OWN.resolve(name)) || Files.exists(PLATFORM.resolve(name)));
    }

    @Test
    void shouldOfferOnlyServicesThatQuarkusFindsWhileItBuilds() {
        assertThat(Stream.of(OWN, PLATFORM).flatMap(root -> files(root).stream()))
                .filteredOn(name -> name.startsWith("META-INF/services/"))
                .map(name -> name.substring("META-INF/services/".length()))
                .isSubsetOf(SERVICES_KNOWN_TO_QUARKUS);
    }

    @Test
    void shouldKnowWhatARegisteredRecordHoldsByReflectionToo() {
        var missing = CLASSES.stream()
                .filter(NativeReady::isRegistered)
                .filter(JavaClass::isRecord)
                .flatMap(type -> type.getFields().stream()
                        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                        .flatMap(field -> field.getType().getAllInvolvedRawTypes().stream())
                        .filter(JavaClass::isRecord)
                        .filter(held -> held.getPackageName().startsWith("io.tocsin"))
                        .filter(held -> !isRegistered(held))
                        .map(held -> type.getSimpleName() + " holds " + held.getName()))
                .distinct();

        assertThat(missing).isEmpty();
    }

    /// Reflection-free serializers sort keys, drop nulls and do not start with a property named `@odata.context`; the
    /// answer checks of the API tests fail with them on. A native image needs them as little.
    @Test
    void shouldLeaveReflectionFreeSerializersOff() {
        assertThat(properties(PLATFORM.resolve("META-INF/microprofile-config.properties")))
                .containsEntry("quarkus.rest.jackson.optimization.enable-reflection-free-serializers", "false");
    }

    /// `AlertsIT` is `AlertsTest` against the packaged service, native or not.
    @Test
    void shouldTryEveryApiTestAgainstWhatIsPackagedToo() {
        assertThat(files(TESTS))
                .filteredOn(name ->
                        name.endsWith("Test.java") && text(TESTS.resolve(name)).contains("\n@QuarkusTest\n"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(TESTS.resolve(name.replaceFirst("Test\\.java$", "IT.java")))
                        .content()
                        .contains("\n@QuarkusIntegrationTest\n"));
    }

    private static boolean isOfOneProcess(JavaField field) {
        return field.getType().getAllInvolvedRawTypes().stream()
                .anyMatch(type -> OF_ONE_PROCESS.stream().anyMatch(type::isAssignableTo));
    }

    private static String name(JavaCall<?> call) {
        return call.getTargetOwner().getSimpleName() + "." + call.getName();
    }

    /// A registered class is so with all that is nested in it.
    private static boolean isRegistered(JavaClass type) {
        return type.isAnnotatedWith(RegisterForReflection.class)
                || type.getEnclosingClass().map(NativeReady::isRegistered).orElse(false);
    }

    private static List<String> named() {
        String own = properties(OWN.resolve("application.properties")).getProperty(INCLUDES);
        String all = own != null
                ? own
                : properties(PLATFORM.resolve("META-INF/microprofile-config.properties"))
                        .getProperty(INCLUDES);
        return Arrays.asList(all.split(","));
    }

    private static List<String> unknownToQuarkus(Path root) {
        return files(root).stream()
                .filter(name -> KNOWN_TO_QUARKUS.stream().noneMatch(name::startsWith))
                .toList();
    }

    private static List<String> files(Path root) {
        try (Stream<Path> found = Files.walk(root)) {
            var names = new ArrayList<String>();
            found.filter(Files::isRegularFile)
                    .forEach(file -> names.add(root.relativize(file).toString().replace('\\', '/')));
            return names;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Properties properties(Path file) {
        try (InputStream text = Files.newInputStream(file)) {
            var properties = new Properties();
            properties.load(text);
            return properties;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
