package io.tocsin.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1alpha3.TLSRoute;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.util.Map;

/// Kubernetes' own models of what may stand in an object: a property it does not know, or one that is missing, is
/// refused.
final class KubernetesModel {

    private static final ObjectMapper STRICT =
            JsonMapper.builder().annotationIntrospector(new NothingElse()).build();

    private static final Map<String, Check> CHECKS = Map.ofEntries(
            Map.entry("v1/ConfigMap", openApi(V1ConfigMap::validateJsonElement)),
            Map.entry("v1/Secret", openApi(V1Secret::validateJsonElement)),
            Map.entry("v1/Service", openApi(V1Service::validateJsonElement)),
            Map.entry("v1/ServiceAccount", openApi(V1ServiceAccount::validateJsonElement)),
            Map.entry("apps/v1/Deployment", openApi(V1Deployment::validateJsonElement)),
            Map.entry("apps/v1/StatefulSet", openApi(V1StatefulSet::validateJsonElement)),
            Map.entry("batch/v1/Job", openApi(V1Job::validateJsonElement)),
            Map.entry(
                    "autoscaling/v2/HorizontalPodAutoscaler", openApi(V2HorizontalPodAutoscaler::validateJsonElement)),
            Map.entry("policy/v1/PodDisruptionBudget", openApi(V1PodDisruptionBudget::validateJsonElement)),
            Map.entry("networking.k8s.io/v1/Ingress", openApi(V1Ingress::validateJsonElement)),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", openApi(V1NetworkPolicy::validateJsonElement)),
            Map.entry("gateway.networking.k8s.io/v1/HTTPRoute", strictly(HTTPRoute.class)),
            // The models have no v1 of it yet, which differs in nothing the chart writes.
            Map.entry("gateway.networking.k8s.io/v1/TLSRoute", strictly(TLSRoute.class)),
            Map.entry("gateway.networking.k8s.io/v1alpha3/TLSRoute", strictly(TLSRoute.class)),
            Map.entry("monitoring.coreos.com/v1/ServiceMonitor", strictly(ServiceMonitor.class)),
            Map.entry("monitoring.coreos.com/v1/PrometheusRule", strictly(PrometheusRule.class)));

    private KubernetesModel() {}

    /// @throws IllegalArgumentException naming the property that is wrong
    static void validate(JsonNode manifest) {
        var type = manifest.path("apiVersion").asText() + "/"
                + manifest.path("kind").asText();
        var check = CHECKS.get(type);
        if (check == null) {
            throw new IllegalArgumentException("no model of " + type);
        }
        check.check(manifest);
    }

    private interface Check {
        void check(JsonNode manifest);
    }

    private interface OpenApi {
        void validate(JsonElement manifest) throws IOException;
    }

    private static Check openApi(OpenApi model) {
        return manifest -> {
            try {
                model.validate(JsonParser.parseString(manifest.toString()));
            } catch (IOException e) {
                throw new IllegalArgumentException(e);
            }
        };
    }

    private static Check strictly(Class<?> model) {
        return manifest -> {
            try {
                STRICT.treeToValue(manifest, model);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e);
            }
        };
    }

    /// These models keep what they do not know in a map; without it they refuse it.
    private static final class NothingElse extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(Annotated member) {
            return false;
        }
    }
}
