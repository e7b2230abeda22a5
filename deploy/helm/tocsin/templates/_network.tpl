{{/* Who may talk to whom: the parts of the network policies. All take the root. */}}

{{- define "tocsin.url.port" -}}
{{- $url := urlParse . -}}
{{- if regexMatch ":[0-9]+$" $url.host -}}
{{- regexFind "[0-9]+$" $url.host -}}
{{- else -}}
{{- ternary "443" "80" (eq $url.scheme "https") -}}
{{- end -}}
{{- end -}}

{{- define "tocsin.egress.dns" -}}
- ports:
    {{- range $port := .Values.networkPolicy.dnsPorts }}
    - port: {{ $port }}
      protocol: UDP
    - port: {{ $port }}
      protocol: TCP
    {{- end }}
  {{- with .Values.networkPolicy.dnsTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "tocsin.toComponent" -}}
- podSelector:
    matchLabels:
      {{- include "tocsin.selectorLabels" . | nindent 6 }}
{{- end -}}

{{- define "tocsin.egress.database" -}}
- ports:
    {{- range default (list .Values.database.port) .Values.networkPolicy.databasePorts }}
    - port: {{ int . }}
      protocol: TCP
    {{- end }}
  {{- if .Values.quickstart.enabled }}
  to:
    {{- include "tocsin.toComponent" (dict "root" . "component" "postgres") | nindent 4 }}
  {{- else if .Values.networkPolicy.databaseTo }}
  to:
    {{- toYaml .Values.networkPolicy.databaseTo | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* The issuers' ports, each once. A policy sees the port a pod listens on, not its Service's. */}}
{{- define "tocsin.egress.issuer" -}}
{{- $urls := list (include "tocsin.issuer" .) -}}
{{- with .Values.oidc.tokenEndpoint }}{{ $urls = append $urls . }}{{ end -}}
{{- range .Values.oidc.additionalIssuers }}{{ $urls = append $urls .issuer }}{{ end -}}
{{- $ports := list -}}
{{- range $urls }}{{ $ports = append $ports (include "tocsin.url.port" .) }}{{ end -}}
- ports:
    {{- range default ($ports | uniq) .Values.networkPolicy.issuerPorts }}
    - port: {{ int . }}
      protocol: TCP
    {{- end }}
  {{- if .Values.quickstart.enabled }}
  to:
    {{- include "tocsin.toComponent" (dict "root" . "component" "keycloak") | nindent 4 }}
  {{- else if .Values.networkPolicy.issuerTo }}
  to:
    {{- toYaml .Values.networkPolicy.issuerTo | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* The three services, as peers. */}}
{{- define "tocsin.services" -}}
- podSelector:
    matchLabels:
      {{- include "tocsin.releaseSelectorLabels" . | nindent 6 }}
    matchExpressions:
      - key: app.kubernetes.io/component
        operator: In
        values: [alert-service, response-service, indicator-service]
{{- end -}}

{{- define "tocsin.egress.peers" -}}
- ports:
    - port: 8080
      protocol: TCP
  to:
    {{- include "tocsin.services" . | nindent 4 }}
{{- end -}}

{{- define "tocsin.egress.otlp" -}}
{{- with .Values.otlp.endpoint }}
- ports:
    {{- range default (list (include "tocsin.url.port" .)) $.Values.networkPolicy.otlpPorts }}
    - port: {{ int . }}
      protocol: TCP
    {{- end }}
  {{- with $.Values.networkPolicy.otlpTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* What the services call outside: targets of webhooks, partners of playbooks, lists of indicators. */}}
{{- define "tocsin.egress.outbound" -}}
{{- with .Values.networkPolicy.outboundTo }}
- ports:
    {{- range $.Values.networkPolicy.outboundPorts }}
    - port: {{ . }}
      protocol: TCP
    {{- end }}
  to:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end -}}
