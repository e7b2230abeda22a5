{{/* Which Secret holds what: the operator's, or in quickstart mode the chart's. */}}

{{/* Takes root, group (owner, alert, response, indicator), values (of the service; none for the owner). */}}
{{- define "tocsin.databaseSecret" -}}
{{- if .root.Values.quickstart.enabled -}}
{{- printf "%s-quickstart-database-%s" (include "tocsin.fullname" .root) .group -}}
{{- else if eq .group "owner" -}}
{{- .root.Values.migration.existingSecret -}}
{{- else -}}
{{- .values.databaseSecret -}}
{{- end -}}
{{- end -}}

{{- define "tocsin.oidcSecret" -}}
{{- if .root.Values.quickstart.enabled -}}
{{- printf "%s-quickstart-oidc-%s" (include "tocsin.fullname" .root) .group -}}
{{- else -}}
{{- .values.oidcClient.existingSecret -}}
{{- end -}}
{{- end -}}

{{- define "tocsin.masterKeysSecret" -}}
{{- if .Values.quickstart.enabled -}}
{{- printf "%s-quickstart-master-keys" (include "tocsin.fullname" .) -}}
{{- else -}}
{{- .Values.masterKeys.existingSecret -}}
{{- end -}}
{{- end -}}

{{/*
A password of the quickstart, the same in every rendering: derived from quickstart.password, or from names that anyone can
guess. Takes root, of (what it is for).
*/}}
{{- define "tocsin.quickstart.password" -}}
{{- $seed := default (printf "%s/%s" .root.Release.Namespace .root.Release.Name) .root.Values.quickstart.password -}}
{{- printf "tocsin quickstart/%s/%s" $seed .of | sha256sum | trunc 32 -}}
{{- end -}}
