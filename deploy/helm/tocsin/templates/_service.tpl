{{/*
What the three services have in common, which is all but names and numbers. Every define takes root, component
("alert-service"), group ("alert") and values (those of the service).
*/}}

{{/*
How a pod stops: readiness goes off, for `delay` it still answers, then it waits up to `timeout` for requests to end, then
jobs get ten seconds and the pool closes. The kubelet's patience must outlast all three.
*/}}
{{- define "tocsin.shutdown" -}}
{{- $delay := int .Values.shutdown.delaySeconds -}}
{{- $timeout := int .Values.shutdown.timeoutSeconds -}}
delay: {{ $delay }}
timeout: {{ $timeout }}
gracePeriod: {{ add $delay $timeout 15 }}
{{- end -}}

{{/*
Connections to PostgreSQL at the most: of every pod the autoscaler may make, one more of each service while an upgrade rolls, and
the migration's three. Takes the root.
*/}}
{{- define "tocsin.connections" -}}
{{- $pods := 0 -}}
{{- range $service := list .Values.alertService .Values.responseService .Values.indicatorService -}}
{{- $pods = add $pods 1 (ternary $service.autoscaling.max $service.replicas $service.autoscaling.enabled) -}}
{{- end -}}
{{- $migration := ternary 0 3 (eq .Values.migration.mode "none") -}}
pods: {{ $pods }}
migration: {{ $migration }}
needed: {{ add (mul $pods (int .Values.database.poolSize)) $migration }}
room: {{ sub (int .Values.database.maxConnections) (int .Values.database.reservedConnections) }}
largestPool: {{ div (sub (sub (int .Values.database.maxConnections) (int .Values.database.reservedConnections)) $migration) $pods }}
{{- end -}}

{{- define "tocsin.podSecurityContext" -}}
runAsNonRoot: true
{{- with .user }}
runAsUser: {{ int . }}
runAsGroup: {{ int . }}
fsGroup: {{ int . }}
fsGroupChangePolicy: OnRootMismatch
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "tocsin.containerSecurityContext" -}}
runAsNonRoot: true
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Where pods may run. Takes root. */}}
{{- define "tocsin.placement" -}}
{{- with .root.Values.scheduling.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.scheduling.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.scheduling.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What every pod of the chart has, whatever it runs. Takes root, user, account. */}}
{{- define "tocsin.podBasics" -}}
serviceAccountName: {{ .account }}
automountServiceAccountToken: false
# Otherwise a Service's address arrives as TOCSIN_…_PORT and is read as a setting.
enableServiceLinks: false
securityContext:
  {{- include "tocsin.podSecurityContext" . | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- include "tocsin.placement" . }}
{{- end -}}

{{- define "tocsin.databaseCaVolume" -}}
- name: database-ca
  secret:
    secretName: {{ .Values.database.ca.existingSecret }}
    defaultMode: 0440
    items:
      - key: {{ .Values.database.ca.key }}
        path: ca.crt
{{- end -}}

{{- define "tocsin.databaseCaMount" -}}
- name: database-ca
  mountPath: /etc/tocsin/database-ca
  readOnly: true
{{- end -}}

{{- define "tocsin.container" -}}
name: {{ .component }}
image: {{ include "tocsin.image" . }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- if eq .root.Values.image.variant "native" }}
args:
  {{- include "tocsin.runtimeOptions" . | nindent 2 }}
{{- end }}
ports:
  - name: http
    containerPort: 8080
    protocol: TCP
  {{- if include "tocsin.takesAgentsByTls" . }}
  - name: agents
    containerPort: 8443
    protocol: TCP
  {{- end }}
  - name: management
    containerPort: 9000
    protocol: TCP
env:
  {{- include "tocsin.env.service" . | trim | nindent 2 }}
startupProbe:
  httpGet:
    path: /q/health/started
    port: management
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: /q/health/live
    port: management
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet:
    path: /q/health/ready
    port: management
  periodSeconds: 5
  # The pool's own patience is five seconds.
  timeoutSeconds: 6
  failureThreshold: 2
# Why it ended is then in the pod's status too.
terminationMessagePolicy: FallbackToLogsOnError
resources:
  {{- include "tocsin.resources" . | nindent 2 }}
securityContext:
  {{- include "tocsin.containerSecurityContext" .root | nindent 2 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- if include "tocsin.verifiesDatabase" .root }}
  {{- include "tocsin.databaseCaMount" .root | nindent 2 }}
  {{- end }}
  {{- if .root.Values.settings }}
  - name: settings
    mountPath: /etc/tocsin/settings
    readOnly: true
  {{- end }}
  {{- if .root.Values.trust.existingConfigMap }}
  - name: trust
    mountPath: /etc/tocsin/trust
    readOnly: true
  {{- end }}
  {{- if include "tocsin.takesAgentsByTls" . }}
  {{- include "tocsin.agents.mounts" .root | nindent 2 }}
  {{- end }}
  - name: master-keys
    mountPath: /etc/tocsin/master-keys
    readOnly: true
  {{- if include "tocsin.kafka.mounted" . }}
  - name: kafka
    mountPath: /etc/tocsin/kafka
    readOnly: true
  {{- end }}
  {{- if include "tocsin.files.mounted" . }}
  {{- include "tocsin.files.mount" .root | nindent 2 }}
  {{- end }}
  {{- with .root.Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "tocsin.spread" -}}
{{- range $topology := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ $topology }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "tocsin.selectorLabels" $ | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end -}}

{{- define "tocsin.podAnnotations" -}}
{{- $annotations := dict "kubectl.kubernetes.io/default-container" .component -}}
{{- if .root.Values.settings -}}
{{- $_ := set $annotations "checksum/settings" (include "tocsin.settings" .root | sha256sum) -}}
{{- end -}}
{{- if .root.Values.quickstart.enabled -}}
{{- $_ := set $annotations "checksum/quickstart" (include "tocsin.quickstart.password" (dict "root" .root "of" "checksum") | sha256sum) -}}
{{- end -}}
{{- merge $annotations .root.Values.podAnnotations | toYaml -}}
{{- end -}}

{{/* New pods wait for the migration, and are not to be called stuck before it is. Takes the root. */}}
{{- define "tocsin.progressDeadline" -}}
{{- ternary (add (int .Values.migration.activeDeadlineSeconds) 600) 600 (ne .Values.migration.mode "none") -}}
{{- end -}}

{{- define "tocsin.deployment" -}}
{{- $account := printf "%s-%s" (include "tocsin.fullname" .root) .component -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "tocsin.metadata" . | nindent 2 }}
spec:
  {{- if not .values.autoscaling.enabled }}
  replicas: {{ .values.replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  # One that falls over at its first requests is not what the next old pod goes for.
  minReadySeconds: 10
  progressDeadlineSeconds: {{ include "tocsin.progressDeadline" .root }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      # A new pod is ready before an old one goes.
      maxUnavailable: 0
      maxSurge: 1
  selector:
    matchLabels:
      {{- include "tocsin.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "tocsin.podLabels" (dict "root" .root "component" .component "more" .root.Values.podLabels) | nindent 8 }}
      annotations:
        {{- include "tocsin.podAnnotations" . | nindent 8 }}
    spec:
      {{- include "tocsin.podBasics" (dict "root" .root "user" .root.Values.securityContext.runAsUser "account" $account) | nindent 6 }}
      terminationGracePeriodSeconds: {{ (include "tocsin.shutdown" .root | fromYaml).gracePeriod }}
      {{- with .root.Values.scheduling.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- if .root.Values.scheduling.spread }}
      topologySpreadConstraints:
        {{- include "tocsin.spread" . | trim | nindent 8 }}
      {{- end }}
      containers:
        - {{- include "tocsin.container" . | nindent 10 }}
      volumes:
        - name: tmp
          emptyDir:
            sizeLimit: 512Mi
        {{- if include "tocsin.verifiesDatabase" .root }}
        {{- include "tocsin.databaseCaVolume" .root | nindent 8 }}
        {{- end }}
        {{- if .root.Values.settings }}
        - name: settings
          configMap:
            name: {{ include "tocsin.fullname" .root }}-settings
        {{- end }}
        {{- with .root.Values.trust.existingConfigMap }}
        - name: trust
          configMap:
            name: {{ . }}
            items:
              - key: {{ $.root.Values.trust.key }}
                path: truststore
        {{- end }}
        {{- if include "tocsin.takesAgentsByTls" . }}
        {{- include "tocsin.agents.volumes" .root | nindent 8 }}
        {{- end }}
        # All of the Secret and not by subPath, so that a changed one reaches the pods while they run.
        - name: master-keys
          secret:
            secretName: {{ include "tocsin.masterKeysSecret" .root }}
            defaultMode: 0440
        {{- if include "tocsin.kafka.mounted" . }}
        {{- include "tocsin.kafka.volume" .root | nindent 8 }}
        {{- end }}
        {{- if include "tocsin.files.mounted" . }}
        {{- include "tocsin.files.volume" .root | nindent 8 }}
        {{- end }}
        {{- with .root.Values.extraVolumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end -}}

{{- define "tocsin.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "tocsin.metadata" . | nindent 2 }}
  {{- with .root.Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}

{{- define "tocsin.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "tocsin.metadata" . | nindent 2 }}
spec:
  type: ClusterIP
  {{- include "tocsin.ipFamilies" .root | nindent 2 }}
  ports:
    - name: http
      port: 8080
      targetPort: http
      protocol: TCP
      appProtocol: http
    {{- if include "tocsin.takesAgentsByTls" . }}
    - name: agents
      port: 8443
      targetPort: agents
      protocol: TCP
      appProtocol: https
    {{- end }}
  selector:
    {{- include "tocsin.selectorLabels" . | nindent 4 }}
{{- end -}}

{{/* A second address where the cluster has two families; the services listen on both. Takes the root. */}}
{{- define "tocsin.ipFamilies" -}}
ipFamilyPolicy: PreferDualStack
{{- end -}}

{{/* The management port is in no Service that requests go through; this headless one is for Prometheus. */}}
{{- define "tocsin.metricsService" -}}
apiVersion: v1
kind: Service
metadata:
  {{- $name := printf "%s-%s-metrics" (include "tocsin.fullname" .root) .component }}
  {{- include "tocsin.metadata" (dict "name" $name "root" .root "component" .component "more" (dict "tocsin.io/metrics" "true")) | nindent 2 }}
spec:
  type: ClusterIP
  clusterIP: None
  {{- include "tocsin.ipFamilies" .root | nindent 2 }}
  # A pod that is not ready is the one whose figures are wanted.
  publishNotReadyAddresses: true
  ports:
    - name: management
      port: 9000
      targetPort: management
      protocol: TCP
      appProtocol: http
  selector:
    {{- include "tocsin.selectorLabels" . | nindent 4 }}
{{- end -}}

{{- define "tocsin.serviceMonitor" -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  {{- include "tocsin.metadata" (dict "root" .root "component" .component "more" .root.Values.serviceMonitor.labels) | nindent 2 }}
spec:
  # The series' `job` is the service's name, which files/rules.yaml and the dashboards go by.
  jobLabel: app.kubernetes.io/component
  selector:
    matchLabels:
      {{- include "tocsin.selectorLabels" . | nindent 6 }}
      tocsin.io/metrics: "true"
  endpoints:
    - port: management
      path: /q/metrics
      interval: {{ .root.Values.serviceMonitor.intervalSeconds }}s
{{- end -}}

{{- define "tocsin.autoscaler" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "tocsin.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "tocsin.fullname" .root }}-{{ .component }}
  minReplicas: {{ .values.autoscaling.min }}
  maxReplicas: {{ .values.autoscaling.max }}
  # CPU alone: a heap that has grown does not shrink when the load is gone.
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .values.autoscaling.targetCPU }}
  behavior:
    # A start costs CPU too, and is not load.
    scaleUp:
      stabilizationWindowSeconds: 60
      selectPolicy: Max
      policies:
        - type: Percent
          value: 100
          periodSeconds: 60
    # One pod at a time: its agents ask again elsewhere, its connections move.
    scaleDown:
      stabilizationWindowSeconds: 300
      selectPolicy: Max
      policies:
        - type: Pods
          value: 1
          periodSeconds: 120
{{- end -}}

{{- define "tocsin.fewestReplicas" -}}
{{- ternary .values.autoscaling.min .values.replicas .values.autoscaling.enabled -}}
{{- end -}}

{{- define "tocsin.disruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "tocsin.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  # A pod that is not ready serves nobody and must not hold up a drain.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "tocsin.selectorLabels" . | nindent 6 }}
{{- end -}}

{{/* Autoscaler and disruption budget, where they make sense. */}}
{{- define "tocsin.scaling" -}}
{{- if .values.autoscaling.enabled }}
{{ include "tocsin.autoscaler" . }}
{{- end }}
{{- if and .root.Values.podDisruptionBudget.enabled (gt (include "tocsin.fewestReplicas" . | int) 1) }}
---
{{ include "tocsin.disruptionBudget" . }}
{{- end }}
{{- end -}}

{{- define "tocsin.monitoring" -}}
{{- if .root.Values.serviceMonitor.enabled }}
{{ include "tocsin.metricsService" . }}
---
{{ include "tocsin.serviceMonitor" . }}
{{- end }}
{{- end -}}
