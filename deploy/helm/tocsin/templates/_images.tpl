{{/* Image of a service: by digest where one is given. Takes root, component, values. */}}
{{- define "tocsin.image" -}}
{{- $image := .root.Values.image -}}
{{- $repository := printf "%s/%s" (trimSuffix "/" $image.repository) .component -}}
{{- if .values.digest -}}
{{- printf "%s@%s" $repository .values.digest -}}
{{- else -}}
{{- $variantTag := ternary (printf "%s-jvm" .root.Chart.AppVersion) .root.Chart.AppVersion (eq $image.variant "jvm") -}}
{{- printf "%s:%s" $repository (default $variantTag $image.tag) -}}
{{- end -}}
{{- end -}}

{{/*
Options of the program. A native image takes them as arguments, behind the image's entry point; a Java runtime from the
environment, whatever script starts it. Takes root.
*/}}
{{- define "tocsin.runtimeOptions" -}}
{{- $options := list -}}
{{- if eq .root.Values.image.variant "native" -}}
{{- $options = append $options (printf "-XX:MaximumHeapSizePercent=%d" (int .root.Values.image.heapPercent)) -}}
{{- else -}}
{{- $options = concat $options (list (printf "-XX:MaxRAMPercentage=%d" (int .root.Values.image.heapPercent)) "-XX:+ExitOnOutOfMemoryError" "--enable-native-access=ALL-UNNAMED") -}}
{{- with .root.Values.image.jvmOptions -}}
{{- $options = concat $options (splitList " " .) -}}
{{- end -}}
{{- end -}}
{{- if and .root.Values.trust.existingConfigMap (not .migration) -}}
{{- $options = concat $options (list "-Djavax.net.ssl.trustStore=/etc/tocsin/trust/truststore" (printf "-Djavax.net.ssl.trustStorePassword=%s" .root.Values.trust.password)) -}}
{{- end -}}
{{- $options | toYaml -}}
{{- end -}}

{{- define "tocsin.memory" -}}
{{- get .values.memory .root.Values.image.variant -}}
{{- end -}}

{{- define "tocsin.resources" -}}
requests:
  cpu: {{ .values.cpu }}
  memory: {{ include "tocsin.memory" . }}
  ephemeral-storage: 64Mi
limits:
  {{- with .values.cpuLimit }}
  cpu: {{ . }}
  {{- end }}
  memory: {{ include "tocsin.memory" . }}
  ephemeral-storage: 1Gi
{{- end -}}
