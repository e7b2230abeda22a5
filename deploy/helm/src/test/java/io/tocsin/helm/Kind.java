package io.tocsin.helm;

/// The kinds of objects the chart renders, spelled as Kubernetes does.
enum Kind {
    ConfigMap,
    Deployment,
    HTTPRoute,
    HorizontalPodAutoscaler,
    Ingress,
    Job,
    NetworkPolicy,
    PodDisruptionBudget,
    PrometheusRule,
    Secret,
    Service,
    ServiceAccount,
    ServiceMonitor,
    StatefulSet,
    TLSRoute
}
