{{/* The optional Kafka that telemetry is streamed to; alert-service alone speaks to it. */}}

{{- define "tocsin.kafka.env" -}}
{{- $kafka := .Values.kafka -}}
{{- $env := dict
  "TOCSIN_KAFKA_BOOTSTRAP_SERVERS" (join "," $kafka.bootstrapServers)
  "TOCSIN_KAFKA_SECURITY_PROTOCOL" $kafka.securityProtocol
-}}
{{- with $kafka.topic }}{{ $_ := set $env "TOCSIN_KAFKA_TOPIC" . }}{{ end -}}
{{- if hasPrefix "SASL" $kafka.securityProtocol -}}
{{- $_ := set $env "TOCSIN_KAFKA_SASL_MECHANISM" $kafka.saslMechanism -}}
{{- $_ := set $env "TOCSIN_KAFKA_LOGIN" "/etc/tocsin/kafka" -}}
{{- end -}}
{{- if $kafka.ca }}{{ $_ := set $env "TOCSIN_KAFKA_CA_FILE" "/etc/tocsin/kafka/ca.crt" }}{{ end -}}
{{- $env | toYaml -}}
{{- end -}}

{{/* Whether its Secret is mounted. */}}
{{- define "tocsin.kafka.mounted" -}}
{{- if and .root.Values.kafka.bootstrapServers .root.Values.kafka.existingSecret (eq .component "alert-service") }}true{{ end -}}
{{- end -}}

{{/* All of the Secret and not by subPath, so that a changed one reaches the pods while they run. */}}
{{- define "tocsin.kafka.volume" -}}
- name: kafka
  secret:
    secretName: {{ .Values.kafka.existingSecret }}
    defaultMode: 0440
{{- end -}}

{{- define "tocsin.egress.kafka" -}}
{{- with .Values.kafka.bootstrapServers }}
{{- $ports := list -}}
{{- range . }}{{ $ports = append $ports (regexFind "[0-9]+$" .) }}{{ end }}
- ports:
    {{- range default ($ports | uniq) $.Values.networkPolicy.kafkaPorts }}
    - port: {{ int . }}
      protocol: TCP
    {{- end }}
  {{- with $.Values.networkPolicy.kafkaTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}
