{{/*
The migration: alert-service's image with the owner role, in the profile that migrates and exits (docs/adr/004). A Job cannot be
changed once it exists, so its name carries a hash of all that is in its spec: another image or setting is another Job. A hook's
is removed before it is made again, so its name is always the same: by another one a hook that failed would stay for good.
*/}}

{{/* Takes root, component, account. */}}
{{- define "tocsin.migration.spec" -}}
{{- $image := dict "root" .root "component" "alert-service" "values" .root.Values.alertService -}}
backoffLimit: {{ .root.Values.migration.backoffLimit }}
activeDeadlineSeconds: {{ .root.Values.migration.activeDeadlineSeconds }}
{{- if not (kindIs "invalid" .root.Values.migration.ttlSecondsAfterFinished) }}
ttlSecondsAfterFinished: {{ .root.Values.migration.ttlSecondsAfterFinished }}
{{- end }}
template:
  metadata:
    labels:
      {{- include "tocsin.podLabels" (dict "root" .root "component" "migration") | nindent 6 }}
  spec:
    {{- include "tocsin.podBasics" (dict "root" .root "user" .root.Values.securityContext.runAsUser "account" .account) | nindent 4 }}
    # A failed try stays to be read.
    restartPolicy: Never
    containers:
      - name: migration
        image: {{ include "tocsin.image" $image }}
        imagePullPolicy: {{ .root.Values.image.pullPolicy }}
        {{- if eq .root.Values.image.variant "native" }}
        args:
          {{- include "tocsin.runtimeOptions" (dict "root" .root "migration" true "values" .root.Values.migration) | nindent 10 }}
        {{- end }}
        env:
          {{- include "tocsin.value" (dict "name" "QUARKUS_PROFILE" "value" "prod,migrate") | nindent 10 }}
          # After a rollback the schema is newer than the image, and may be.
          {{- include "tocsin.value" (dict "name" "QUARKUS_FLYWAY_IGNORE_MIGRATION_PATTERNS" "value" "*:future") | nindent 10 }}
          # No token is looked at, so no issuer is asked either.
          {{- include "tocsin.value" (dict "name" "QUARKUS_OIDC_PRIMARY_TENANT_ENABLED" "value" "false") | nindent 10 }}
          {{- include "tocsin.env.database" (dict "root" .root "secret" (include "tocsin.databaseSecret" (dict "root" .root "group" "owner"))) | nindent 10 }}
          {{- with include "tocsin.env.runtime" (dict "root" .root "migration" true "values" .root.Values.migration) | trim }}
          {{- . | nindent 10 }}
          {{- end }}
        terminationMessagePolicy: FallbackToLogsOnError
        resources:
          {{- include "tocsin.resources" (dict "root" .root "values" .root.Values.migration) | nindent 10 }}
        securityContext:
          {{- include "tocsin.containerSecurityContext" .root | nindent 10 }}
        volumeMounts:
          - name: tmp
            mountPath: /tmp
          {{- if include "tocsin.verifiesDatabase" .root }}
          {{- include "tocsin.databaseCaMount" .root | nindent 10 }}
          {{- end }}
    volumes:
      - name: tmp
        emptyDir:
          sizeLimit: 64Mi
      {{- if include "tocsin.verifiesDatabase" .root }}
      {{- include "tocsin.databaseCaVolume" .root | nindent 6 }}
      {{- end }}
{{- end -}}

{{/* Takes root, component; hook where it is one. */}}
{{- define "tocsin.migration" -}}
{{- $name := printf "%s-%s" (include "tocsin.fullname" .root) .component -}}
{{- $spec := include "tocsin.migration.spec" (dict "root" .root "account" $name) -}}
{{- $job := ternary $name (printf "%s-%s" $name ($spec | sha256sum | trunc 10)) (default false .hook) -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "tocsin.metadata" (dict "root" .root "component" "migration" "name" $name) | nindent 2 }}
  {{- with include "tocsin.migration.annotations" (dict "hook" .hook "weight" "-10" "more" .root.Values.serviceAccount.annotations) }}
  {{- . | nindent 2 }}
  {{- end }}
automountServiceAccountToken: false
{{- if .root.Values.networkPolicy.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "tocsin.metadata" (dict "root" .root "component" "migration" "name" $name) | nindent 2 }}
  {{- with include "tocsin.migration.annotations" (dict "hook" .hook "weight" "-10") }}
  {{- . | nindent 2 }}
  {{- end }}
spec:
  podSelector:
    matchLabels:
      {{- include "tocsin.selectorLabels" (dict "root" .root "component" "migration") | nindent 6 }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "tocsin.egress.dns" .root | nindent 4 }}
    {{- include "tocsin.egress.database" .root | nindent 4 }}
{{- end }}
---
apiVersion: batch/v1
kind: Job
metadata:
  {{- include "tocsin.metadata" (dict "root" .root "component" "migration" "name" $job) | nindent 2 }}
  {{- with include "tocsin.migration.annotations" (dict "hook" .hook "weight" "0") }}
  {{- . | nindent 2 }}
  {{- end }}
spec:
  {{- $spec | nindent 2 }}
{{- end -}}

{{- define "tocsin.migration.annotations" -}}
{{- $annotations := deepCopy (default (dict) .more) -}}
{{- if .hook -}}
{{- $_ := set $annotations "helm.sh/hook" "pre-upgrade" -}}
{{- $_ := set $annotations "helm.sh/hook-weight" .weight -}}
{{- $_ := set $annotations "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded" -}}
{{- end -}}
{{- with $annotations -}}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}
