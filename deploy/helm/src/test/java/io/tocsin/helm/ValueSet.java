package io.tocsin.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Values an operator could give: one of the chart's own files, and what is changed in it.
record ValueSet(String name, String file, String changes) {

    static final String MINIMAL = "ci/minimal-values.yaml";
    static final String PRODUCTION = "ci/production-like-values.yaml";
    static final String QUICKSTART = "values-quickstart.yaml";

    private static final String GATEWAY = """
            host: tocsin.example.com
            gateway:
              enabled: true
              parentRefs: [{name: public, namespace: gateways, sectionName: https}]
            """;

    private static final String AGENTS = """
            host: tocsin.example.com
            agents:
              mutualTls:
                mode: required
                host: agents.tocsin.example.com
                server: {existingSecret: tocsin-agents-tls}
                authority: {existingSecret: tocsin-agents-authority, key: authority.pem}
                gateway: {parentRefs: [{name: public, namespace: gateways, sectionName: agents}]}
            """;

    /// Every tested way to install; what holds for any values is held against all of them.
    static List<ValueSet> all() {
        return List.of(
                new ValueSet("minimal", MINIMAL, ""),
                new ValueSet("production-like", PRODUCTION, ""),
                new ValueSet("quickstart", QUICKSTART, ""),
                new ValueSet("quickstart with a password", QUICKSTART, "quickstart: {password: s3cret}"),
                new ValueSet("quickstart on a cluster of its own kind", QUICKSTART, """
                        clusterDomain: k8s.example
                        image: {variant: jvm, pullSecrets: [registry]}
                        networkPolicy: {enabled: false}
                        quickstart: {postgres: {storageClassName: fast}}
                        """),
                new ValueSet("JVM images", MINIMAL, "image: {variant: jvm, jvmOptions: -Xss512k}"),
                gateway(),
                new ValueSet("gateway without time-outs", MINIMAL, GATEWAY + "  timeouts: false\n"),
                new ValueSet("ingress that ends TLS elsewhere", MINIMAL, """
                        host: tocsin.example.com
                        ingress: {enabled: true, tls: {enabled: false}, streamAnnotations: {example.com/buffering: "off"}}
                        """),
                new ValueSet("migration by a hook", MINIMAL, "migration: {mode: hook}"),
                new ValueSet("migration elsewhere", MINIMAL, "migration: {mode: none}"),
                new ValueSet("one replica, no network policies", MINIMAL, """
                        alertService: {replicas: 1, autoscaling: {enabled: false}}
                        responseService: {replicas: 1, autoscaling: {enabled: false}}
                        indicatorService: {replicas: 1}
                        networkPolicy: {enabled: false}
                        podDisruptionBudget: {enabled: false}
                        scheduling: {spread: false}
                        """),
                new ValueSet("everything scaled", MINIMAL, """
                        indicatorService: {autoscaling: {enabled: true}}
                        database: {poolSize: 7}
                        """),
                new ValueSet("behind a pooler", MINIMAL, "database: {maxConnections: 0, poolSize: 40}"),
                new ValueSet("OpenShift", MINIMAL, """
                        securityContext: {runAsUser: null}
                        networkPolicy: {dnsPorts: [5353], dnsTo: []}
                        """),
                new ValueSet("database in the clear, Job that goes", MINIMAL, """
                        database: {sslMode: disable, port: 6432, parameters: {prepareThreshold: 0}}
                        migration: {ttlSecondsAfterFinished: 600}
                        """),
                new ValueSet("further settings, volumes and labels", MINIMAL, """
                        fullnameOverride: detection
                        commonLabels: {team: security, release: none}
                        podLabels: {team: detection, zone: inner}
                        podAnnotations: {example.com/note: "yes", kubectl.kubernetes.io/default-container: other}
                        limits: {eachRoute: 100/min}
                        trustedProxies: [10.0.0.0/8]
                        settings: {tocsin.actions.lease: 3m}
                        trust: {existingConfigMap: authorities}
                        extraVolumes: [{name: more, emptyDir: {}}]
                        extraVolumeMounts: [{name: more, mountPath: /more}]
                        scheduling: {affinity: {podAntiAffinity: {}}, tolerations: [{operator: Exists}]}
                        networkPolicy: {extraEgress: [{ports: [{port: 9092, protocol: TCP}]}], issuerTo: [{ipBlock: {cidr: 192.0.2.0/24}}]}
                        oidc: {tokenEndpoint: "https://login.example.com/token"}
                        responseService:
                          cpuLimit: 2
                          extraEnv: [{name: MORE, valueFrom: {secretKeyRef: {name: more, key: more, optional: true}}}]
                        """),
                new ValueSet("telemetry to Kafka, targets inside", MINIMAL, """
                        kafka: {bootstrapServers: ['kafka.example:9093'], topic: tocsin, existingSecret: tocsin-kafka, ca: true}
                        webhooks: {allowed: [soar.corp.example, 10.20.0.0/16]}
                        playbooks: {allowed: [itsm.corp.example]}
                        indicatorSources: {allowed: [misp.corp.example]}
                        networkPolicy: {outboundTo: [{ipBlock: {cidr: 10.20.0.0/16}}], outboundPorts: [443, 8443], kafkaPorts: [9094]}
                        """),
                new ValueSet("files in a bucket", MINIMAL, """
                        files: {store: s3, s3: {bucket: tocsin-files, endpoint: 'https://minio.storage:9000', pathStyle: true, prefix: tocsin/, existingSecret: tocsin-files, encryption: kms, kmsKey: files}}
                        networkPolicy: {filesTo: [{namespaceSelector: {}}]}
                        """),
                new ValueSet(
                        "files on a volume",
                        MINIMAL,
                        "files: {store: directory, directory: {existingClaim: tocsin-files}}"),
                agentsByGateway(),
                agentsByIngress(),
                new ValueSet("agents by mutual TLS through an older gateway, both ways", MINIMAL, """
                        host: tocsin.example.com
                        gateway: {enabled: true, parentRefs: [{name: public}]}
                        agents:
                          mutualTls:
                            mode: offered
                            host: agents.tocsin.example.com
                            server: {existingSecret: tocsin-agents-tls}
                            authority: {existingSecret: tocsin-agents-authority}
                            gateway: {apiVersion: v1alpha3, parentRefs: [{name: public, sectionName: agents}]}
                        networkPolicy: {agentsFrom: [{namespaceSelector: {}}]}
                        """),
                new ValueSet("agents by mutual TLS that nothing routes", MINIMAL, """
                        agents:
                          mutualTls:
                            mode: offered
                            server: {existingSecret: tocsin-agents-tls}
                            authority: {existingSecret: tocsin-agents-authority}
                        """),
                new ValueSet("monitoring", MINIMAL, """
                        commonLabels: {release: none}
                        serviceMonitor: {enabled: true, labels: {release: prometheus}}
                        prometheusRule: {enabled: true, labels: {release: prometheus}}
                        dashboards: {enabled: true}
                        networkPolicy: {metricsFrom: [{namespaceSelector: {}}]}
                        """));
    }

    static ValueSet minimal(String changes) {
        return new ValueSet("minimal, changed", MINIMAL, changes);
    }

    static ValueSet gateway() {
        return new ValueSet("gateway", MINIMAL, GATEWAY);
    }

    static ValueSet agentsByGateway() {
        return new ValueSet(
                "agents by mutual TLS through a gateway",
                MINIMAL,
                AGENTS + GATEWAY.substring(GATEWAY.indexOf('\n') + 1));
    }

    static ValueSet agentsByIngress() {
        return new ValueSet(
                "agents by mutual TLS through an ingress",
                MINIMAL,
                AGENTS + "ingress: {enabled: true, className: nginx, tls: {secretName: tocsin-tls}}\n");
    }

    static ValueSet quickstart(String changes) {
        return new ValueSet("quickstart, changed", QUICKSTART, changes);
    }

    JsonNode values() {
        return Yaml.merged(Yaml.object(Yaml.read(Chart.FOLDER.resolve(file))), Yaml.object(changes));
    }

    @Override
    public String toString() {
        return name;
    }
}
