package io.tocsin.helm;

import static io.tocsin.helm.Manifest.each;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What rendered objects refer to, and whether it is there.
final class References {

    private final Manifests manifests;
    private final String notes;
    private final List<String> broken = new ArrayList<>();

    private References(Manifests manifests, String notes) {
        this.manifests = manifests;
        this.notes = notes;
    }

    /// Every reference that leads nowhere: to no object of the rendering, and to none the notes ask the operator for.
    static List<String> broken(Manifests manifests, String notes) {
        var references = new References(manifests, notes);
        manifests.withPods().forEach(references::ofPod);
        manifests.of(Kind.Service).forEach(references::ofService);
        manifests
                .of(Kind.StatefulSet)
                .forEach(set -> references.exists(
                        set, Kind.Service, set.spec().path("serviceName").asText()));
        manifests
                .of(Kind.HorizontalPodAutoscaler)
                .forEach(scaler -> references.exists(
                        scaler,
                        Kind.Deployment,
                        scaler.at("/spec/scaleTargetRef/name").asText()));
        manifests
                .of(Kind.PodDisruptionBudget)
                .forEach(budget -> references.selects(budget, budget.at("/spec/selector")));
        manifests.of(Kind.NetworkPolicy).forEach(references::ofPolicy);
        manifests.of(Kind.Ingress).forEach(references::ofIngress);
        manifests.of(Kind.HTTPRoute).forEach(references::ofRoute);
        manifests.of(Kind.TLSRoute).forEach(references::ofRoute);
        manifests.of(Kind.ServiceMonitor).forEach(references::ofMonitor);
        return references.broken;
    }

    private void ofPod(Manifest owner) {
        var pod = owner.podSpec();
        exists(owner, Kind.ServiceAccount, pod.path("serviceAccountName").asText());
        each(pod.path("imagePullSecrets"))
                .forEach(secret -> existsOrIsAskedFor(
                        owner, Kind.Secret, secret.path("name").asText(), null));
        each(pod.path("volumes")).forEach(volume -> ofVolume(owner, volume));
        owner.containers().forEach(container -> {
            ofEnvironment(owner, container);
            each(container.path("volumeMounts")).forEach(mount -> ofMount(owner, mount));
            Stream.of("startupProbe", "livenessProbe", "readinessProbe")
                    .map(probe -> container.path(probe).at("/httpGet/port"))
                    .filter(port -> !port.isMissingNode())
                    .forEach(port -> hasPort(owner, container, port.asText()));
        });
    }

    private void ofVolume(Manifest owner, JsonNode volume) {
        var secret = volume.at("/secret/secretName").asText();
        if (!secret.isEmpty()) {
            keys(volume.path("secret")).forEach(key -> existsOrIsAskedFor(owner, Kind.Secret, secret, key));
        }
        var config = volume.at("/configMap/name").asText();
        if (!config.isEmpty()) {
            keys(volume.path("configMap")).forEach(key -> existsOrIsAskedFor(owner, Kind.ConfigMap, config, key));
        }
    }

    private static List<String> keys(JsonNode source) {
        var keys = each(source.path("items"))
                .map(item -> item.path("key").asText())
                .toList();
        return keys.isEmpty() ? List.of("") : keys;
    }

    private void ofEnvironment(Manifest owner, JsonNode container) {
        for (var variable : container.path("env")) {
            var secret = variable.at("/valueFrom/secretKeyRef");
            if (secret.has("name") && !secret.path("optional").asBoolean()) {
                existsOrIsAskedFor(
                        owner,
                        Kind.Secret,
                        secret.path("name").asText(),
                        secret.path("key").asText());
            }
            var value = variable.path("value").asText();
            if (value.startsWith("http://") && value.contains(".svc.")) {
                reaches(owner, URI.create(value));
            } else if (value.startsWith("jdbc:postgresql://") && value.contains(".svc.")) {
                reaches(owner, URI.create(value.substring("jdbc:".length())));
            }
        }
    }

    private void reaches(Manifest owner, URI address) {
        var service = address.getHost().split("\\.")[0];
        if (exists(owner, Kind.Service, service)) {
            var ports = manifests.only(Kind.Service, service).at("/spec/ports");
            if (each(ports).noneMatch(port -> port.path("port").asInt() == address.getPort())) {
                broken.add(owner + " calls " + address + ", a port Service " + service + " does not have");
            }
        }
    }

    private void ofMount(Manifest owner, JsonNode mount) {
        var name = mount.path("name").asText();
        var volumes = Stream.concat(
                each(owner.podSpec().path("volumes")).map(volume -> volume.path("name")),
                each(owner.at("/spec/volumeClaimTemplates")).map(claim -> claim.at("/metadata/name")));
        if (volumes.noneMatch(volume -> volume.asText().equals(name))) {
            broken.add(owner + " mounts a volume that is not there: " + name);
        }
    }

    private void hasPort(Manifest owner, JsonNode container, String port) {
        if (each(container.path("ports"))
                .noneMatch(known -> known.path("name").asText().equals(port))) {
            broken.add(owner + " has no port " + port);
        }
    }

    private void ofService(Manifest service) {
        var pods = selected(service.at("/spec/selector"));
        if (pods.isEmpty()) {
            broken.add(service + " selects no pod");
        }
        for (var port : service.at("/spec/ports")) {
            var target = port.path("targetPort").asText();
            pods.forEach(pod -> hasPort(pod, pod.podSpec().path("containers").path(0), target));
        }
    }

    private void ofPolicy(Manifest policy) {
        selects(policy, policy.at("/spec/podSelector"));
        Stream.of("ingress", "egress")
                .flatMap(way -> each(policy.spec().path(way)))
                .flatMap(rule -> Stream.concat(each(rule.path("from")), each(rule.path("to"))))
                .filter(peer -> peer.has("podSelector") && !peer.has("namespaceSelector"))
                .forEach(peer -> selects(policy, peer.path("podSelector")));
        for (var rule : policy.spec().path("ingress")) {
            for (var port : rule.path("ports")) {
                selected(policy.at("/spec/podSelector/matchLabels")).forEach(pod -> {
                    if (matches(policy.at("/spec/podSelector"), pod)) {
                        hasPort(
                                pod,
                                pod.podSpec().path("containers").path(0),
                                port.path("port").asText());
                    }
                });
            }
        }
    }

    private void selects(Manifest owner, JsonNode selector) {
        if (manifests.withPods().noneMatch(pod -> matches(selector, pod))) {
            broken.add(owner + " selects no pod: " + selector);
        }
    }

    private static boolean matches(JsonNode selector, Manifest pod) {
        var labels = pod.podTemplate().orElseThrow().at("/metadata/labels");
        return includes(labels, selector.path("matchLabels"))
                && each(selector.path("matchExpressions"))
                        .allMatch(expression -> Manifest.texts(expression.path("values"))
                                .contains(labels.path(expression.path("key").asText())
                                        .asText()));
    }

    private List<Manifest> selected(JsonNode labels) {
        return manifests
                .withPods()
                .filter(pod -> includes(pod.podTemplate().orElseThrow().at("/metadata/labels"), labels))
                .toList();
    }

    private static boolean includes(JsonNode all, JsonNode some) {
        return some.properties().stream().allMatch(label -> label.getValue().equals(all.get(label.getKey())));
    }

    private void ofIngress(Manifest ingress) {
        for (var tls : ingress.at("/spec/tls")) {
            existsOrIsAskedFor(ingress, Kind.Secret, tls.path("secretName").asText(), "tls.crt");
        }
        for (var path : ingress.at("/spec/rules/0/http/paths")) {
            var backend = path.at("/backend/service");
            hasNamedPort(
                    ingress,
                    backend.path("name").asText(),
                    Map.entry("name", backend.at("/port/name").asText()));
        }
    }

    private void ofRoute(Manifest route) {
        for (var rule : route.at("/spec/rules")) {
            for (var backend : rule.path("backendRefs")) {
                hasNamedPort(
                        route,
                        backend.path("name").asText(),
                        Map.entry("port", backend.path("port").asText()));
            }
        }
    }

    private void hasNamedPort(Manifest owner, String service, Map.Entry<String, String> port) {
        if (exists(owner, Kind.Service, service)
                && each(manifests.only(Kind.Service, service).at("/spec/ports"))
                        .noneMatch(known -> known.path(port.getKey()).asText().equals(port.getValue()))) {
            broken.add(owner + " goes to a port Service " + service + " does not have: " + port);
        }
    }

    private void ofMonitor(Manifest monitor) {
        var services = manifests
                .of(Kind.Service)
                .filter(service -> includes(service.at("/metadata/labels"), monitor.at("/spec/selector/matchLabels")))
                .toList();
        if (services.size() != 1) {
            broken.add(monitor + " selects not one Service but " + services);
            return;
        }
        var port = monitor.at("/spec/endpoints/0/port").asText();
        hasNamedPort(monitor, services.getFirst().name(), Map.entry("name", port));
    }

    private boolean exists(Manifest owner, Kind kind, String name) {
        if (!manifests.has(kind, name)) {
            broken.add(owner + " refers to a " + kind + " that is not there: " + name);
            return false;
        }
        return true;
    }

    private void existsOrIsAskedFor(Manifest owner, Kind kind, String name, @Nullable String key) {
        if (manifests.has(kind, name)) {
            var data = manifests.only(kind, name).json().path("data");
            if (key != null && !key.isEmpty() && !data.has(key)) {
                broken.add(owner + " refers to a key " + kind + " " + name + " does not have: " + key);
            }
        } else if (notes.lines()
                .noneMatch(line -> line.strip().startsWith(kind.name())
                        && line.contains(" " + name)
                        && (key == null || line.contains(key)))) {
            broken.add(owner + " refers to a " + kind + " nobody is asked for: " + name + " " + key);
        }
    }
}
