package io.tocsin.helm;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The chart as Helm renders it, in this process.
final class Chart {

    static final Path FOLDER = Path.of("tocsin");
    static final String RELEASE = "tocsin";
    static final String NAMESPACE = "security";

    /// What marks a hook in [#render]: Helm's own annotation would keep it out of the rendering.
    static final String SHOWN_HOOK = "shown.helm.sh/hook";

    private static final String KUBERNETES = "1.34.0";
    private static final Path WORK = Path.of("target/charts");
    private static final Path HOOKS_SHOWN = copyWithHooksShown();
    private static final Map<String, Manifests> RENDERED = new ConcurrentHashMap<>();

    private Chart() {}

    /// Everything the chart makes, hooks too. Rendered once for the same values, so nobody may change it.
    static Manifests render(ValueSet set) {
        return render(set, RELEASE);
    }

    static Manifests render(ValueSet set, String release) {
        return RENDERED.computeIfAbsent(
                release + set.values(), same -> Manifests.of(template(HOOKS_SHOWN, set, release, KUBERNETES)));
    }

    /// The text `helm template` prints of the chart as it is shipped, which is without hooks.
    static String template(ValueSet set) {
        return template(FOLDER, set, RELEASE, KUBERNETES);
    }

    static String templateFor(String kubernetes, ValueSet set) {
        return template(FOLDER, set, RELEASE, kubernetes);
    }

    /// What an operator reads after the installation.
    static String notes(ValueSet set) {
        return withValues(
                set,
                file -> new Helm(FOLDER)
                        .install()
                        .withName(RELEASE)
                        .withNamespace(NAMESPACE)
                        .withKubeVersion(KUBERNETES)
                        .clientOnly()
                        .dryRun()
                        .withValuesFile(file)
                        .call()
                        .getOutput());
    }

    /// Installs the chart as it is shipped.
    static void install(ValueSet set, FakeCluster cluster) {
        withValues(
                set,
                file -> new Helm(FOLDER)
                        .install()
                        .withName(RELEASE)
                        .withNamespace(NAMESPACE)
                        .withKubeConfigContents(cluster.kubeConfig())
                        .disableOpenApiValidation()
                        .withValuesFile(file)
                        .call()
                        .getOutput());
    }

    static void upgrade(ValueSet set, FakeCluster cluster) {
        withValues(
                set,
                file -> new Helm(FOLDER)
                        .upgrade()
                        .withName(RELEASE)
                        .withNamespace(NAMESPACE)
                        .withKubeConfigContents(cluster.kubeConfig())
                        .disableOpenApiValidation()
                        .withValuesFile(file)
                        .call()
                        .getOutput());
    }

    private static String template(Path chart, ValueSet set, String release, String kubernetes) {
        return withValues(
                set,
                file -> new Helm(chart)
                        .template()
                        .withName(release)
                        .withNamespace(NAMESPACE)
                        .withKubeVersion(kubernetes)
                        .withValuesFile(file)
                        .call());
    }

    private interface Call {
        String with(Path values);
    }

    private static String withValues(ValueSet set, Call call) {
        try {
            Files.createDirectories(WORK);
            var file = Files.createTempFile(WORK, "values", ".yaml");
            try {
                Files.writeString(file, set.values().toString(), StandardOpenOption.TRUNCATE_EXISTING);
                return call.with(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path copyWithHooksShown() {
        var copy = WORK.resolve("hooks-shown");
        try (var files = Files.walk(FOLDER)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var target = copy.resolve(FOLDER.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.writeString(target, Files.readString(file).replace("\"helm.sh/hook\"", '"' + SHOWN_HOOK + '"'));
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
