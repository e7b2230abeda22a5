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
The largest heap: heapPercent of the memory limit, computed here since -Xmx stands above any percentage the image's own command
line has, and a percentage from the environment would not. Takes root, values.
*/}}
{{- define "tocsin.heap" -}}
{{- $memory := include "tocsin.memory" . -}}
{{- $kibibytes := dict "" 0.0009765625 "k" 0.9765625 "Ki" 1 "M" 976.5625 "Mi" 1024 "G" 976562.5 "Gi" 1048576 "T" 976562500.0 "Ti" 1073741824 -}}
{{- $number := regexFind "^[0-9.]+" $memory | float64 -}}
{{- $unit := regexFind "[A-Za-z]*$" $memory -}}
{{- printf "-Xmx%dk" (mulf $number (get $kibibytes $unit) .root.Values.image.heapPercent 0.01 | floor | int64) -}}
{{- end -}}

{{/*
Options of the program. A native image takes them as arguments, behind the image's entry point; a Java runtime from the
environment, whatever starts it. Takes root, values; migration.
*/}}
{{- define "tocsin.runtimeOptions" -}}
{{- $options := list (include "tocsin.heap" .) -}}
{{- $options = append $options "-XX:+ExitOnOutOfMemoryError" -}}
{{- if eq .root.Values.image.variant "jvm" -}}
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

{{/* In quotes: the server keeps amounts as texts, and a number would differ from what it made of it. */}}
{{- define "tocsin.resources" -}}
requests:
  cpu: {{ .values.cpu | toString | quote }}
  memory: {{ include "tocsin.memory" . }}
  ephemeral-storage: 64Mi
limits:
  {{- with .values.cpuLimit }}
  cpu: {{ . | toString | quote }}
  {{- end }}
  memory: {{ include "tocsin.memory" . }}
  ephemeral-storage: 1Gi
{{- end -}}

{{/* How the images this release pulls are made and pushed, in the repository. Takes the root. */}}
{{- define "tocsin.image.commands" -}}
{{- $targets := ternary "images-jvm push-jvm" "images push" (eq .Values.image.variant "jvm") -}}
{{- printf "make %s REGISTRY=registry.example.com/tocsin TAG=%s" $targets (default .Chart.AppVersion (trimSuffix "-jvm" .Values.image.tag)) -}}
{{- end -}}
