{{/* Names and labels. The longest suffix is "-indicator-service-metrics", so a prefix of 36 keeps within 63. */}}

{{- define "tocsin.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 36 | trimSuffix "-" -}}
{{- end -}}

{{- define "tocsin.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 36 | trimSuffix "-" -}}
{{- else if contains (include "tocsin.name" .) .Release.Name -}}
{{- .Release.Name | trunc 36 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "tocsin.name" .) | trunc 36 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What a selector matches; never changes. Takes root, component. */}}
{{- define "tocsin.selectorLabels" -}}
app.kubernetes.io/name: {{ include "tocsin.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* All pods of the release. */}}
{{- define "tocsin.releaseSelectorLabels" -}}
app.kubernetes.io/name: {{ include "tocsin.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels of an object. Takes root, component; more labels where it has any, which stand above commonLabels. */}}
{{- define "tocsin.labels" -}}
{{- $own := dict
  "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-")
  "app.kubernetes.io/version" .root.Chart.AppVersion
  "app.kubernetes.io/part-of" "tocsin"
  "app.kubernetes.io/managed-by" .root.Release.Service
-}}
{{- merge $own (include "tocsin.selectorLabels" . | fromYaml) (deepCopy (default (dict) .more)) .root.Values.commonLabels | toYaml -}}
{{- end -}}

{{/*
Labels of a pod: those of an object without the chart's version, which would exchange every pod for a new text in the chart.
Takes root, component; more labels where it has any; foreign where the program in it is not Tocsin's own.
*/}}
{{- define "tocsin.podLabels" -}}
{{- $labels := omit (include "tocsin.labels" . | fromYaml) "helm.sh/chart" -}}
{{- if .foreign }}{{ $labels = omit $labels "app.kubernetes.io/version" }}{{ end -}}
{{- $labels | toYaml -}}
{{- end -}}

{{/* Name, namespace and labels of an object. Takes root, component; name where it is not prefix and component; more labels. */}}
{{- define "tocsin.metadata" -}}
name: {{ default (printf "%s-%s" (include "tocsin.fullname" .root) .component) .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "tocsin.labels" . | nindent 2 }}
{{- end -}}

{{/* Host name of a Service of the release. Takes root, component. */}}
{{- define "tocsin.serviceHost" -}}
{{- printf "%s-%s.%s.svc.%s" (include "tocsin.fullname" .root) .component .root.Release.Namespace .root.Values.clusterDomain -}}
{{- end -}}

{{/* The roles the client of a service needs: those the realm of the quickstart gives it. Takes root, group. */}}
{{- define "tocsin.roles" -}}
{{- $client := printf "%s-service" .group -}}
{{- $realm := .root.Files.Get "files/quickstart/realm.json" | fromJson -}}
{{- range $realm.users -}}
{{- if eq (dig "serviceAccountClientId" "" .) $client }}{{ join ", " .realmRoles }}{{ end -}}
{{- end -}}
{{- end -}}
