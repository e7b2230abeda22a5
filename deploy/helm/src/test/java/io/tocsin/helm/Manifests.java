package io.tocsin.helm;

import java.util.List;
import java.util.stream.Stream;

/// Everything one rendering made.
record Manifests(List<Manifest> all) {

    static Manifests of(String yaml) {
        return new Manifests(Yaml.documents(yaml).stream().map(Manifest::new).toList());
    }

    Stream<Manifest> of(Kind kind) {
        return all.stream().filter(manifest -> manifest.kind().equals(kind.name()));
    }

    Manifest only(Kind kind, String name) {
        var found = of(kind).filter(manifest -> manifest.name().equals(name)).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " times " + kind + " " + name + " among " + all);
        }
        return found.getFirst();
    }

    boolean has(Kind kind, String name) {
        return of(kind).anyMatch(manifest -> manifest.name().equals(name));
    }

    Manifest deployment(String service) {
        return only(Kind.Deployment, Chart.RELEASE + "-" + service);
    }

    Stream<Manifest> withPods() {
        return all.stream().filter(manifest -> manifest.podTemplate().isPresent());
    }

    /// What Helm creates at an installation: no pre-upgrade hook.
    Manifests onInstall() {
        return new Manifests(all.stream().filter(manifest -> !manifest.isHook()).toList());
    }

    Stream<Manifest> hooks() {
        return all.stream().filter(Manifest::isHook);
    }
}
