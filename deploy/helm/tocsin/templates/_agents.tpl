{{/* Agents by mutual TLS (docs/adr/025): the connection is passed through, and response-service makes the handshake. */}}

{{- define "tocsin.agents.byTls" -}}
{{- if ne .Values.agents.mutualTls.mode "off" }}true{{ end -}}
{{- end -}}

{{/* Whether a service has the listener. Takes root, component. */}}
{{- define "tocsin.takesAgentsByTls" -}}
{{- if and (eq .component "response-service") (include "tocsin.agents.byTls" .root) }}true{{ end -}}
{{- end -}}

{{/* The remaining defines take the root. */}}
{{- define "tocsin.agents.env" -}}
TOCSIN_AGENTS_MUTUAL_TLS: {{ .Values.agents.mutualTls.mode | quote }}
QUARKUS_HTTP_SSL_PORT: "8443"
QUARKUS_HTTP_INSECURE_REQUESTS: enabled
QUARKUS_HTTP_TLS_CONFIGURATION_NAME: agents
QUARKUS_TLS_AGENTS_KEY_STORE_PEM_SERVER_CERT: /etc/tocsin/agents-server/tls.crt
QUARKUS_TLS_AGENTS_KEY_STORE_PEM_SERVER_KEY: /etc/tocsin/agents-server/tls.key
QUARKUS_TLS_AGENTS_TRUST_STORE_PEM_CERTS: /etc/tocsin/agents-authority/ca.crt
{{- end -}}

{{/* Whole folders and no subPath, or a changed Secret would not reach the pod. */}}
{{- define "tocsin.agents.mounts" -}}
- name: agents-server
  mountPath: /etc/tocsin/agents-server
  readOnly: true
- name: agents-authority
  mountPath: /etc/tocsin/agents-authority
  readOnly: true
{{- end -}}

{{- define "tocsin.agents.volumes" -}}
- name: agents-server
  secret:
    secretName: {{ .Values.agents.mutualTls.server.existingSecret }}
    defaultMode: 0440
    items:
      - key: tls.crt
        path: tls.crt
      - key: tls.key
        path: tls.key
- name: agents-authority
  secret:
    secretName: {{ .Values.agents.mutualTls.authority.existingSecret }}
    defaultMode: 0440
    items:
      - key: {{ .Values.agents.mutualTls.authority.key }}
        path: ca.crt
{{- end -}}

{{- define "tocsin.agents.tlsRoute" -}}
apiVersion: gateway.networking.k8s.io/{{ .Values.agents.mutualTls.gateway.apiVersion }}
kind: TLSRoute
metadata:
  {{- include "tocsin.metadata" (dict "root" . "component" "agents") | nindent 2 }}
  {{- with .Values.gateway.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  parentRefs:
    {{- include "tocsin.parentRefs" .Values.agents.mutualTls.gateway.parentRefs | nindent 4 }}
  hostnames: [{{ .Values.agents.mutualTls.host | quote }}]
  rules:
    - backendRefs:
        - group: ""
          kind: Service
          name: {{ include "tocsin.fullname" . }}-response-service
          port: 8443
          weight: 1
{{- end -}}

{{- define "tocsin.agents.ingress" -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  {{- include "tocsin.metadata" (dict "root" . "component" "agents") | nindent 2 }}
  annotations:
    {{- range $name, $value := .Values.agents.mutualTls.ingress.annotations }}
    {{- if not (kindIs "invalid" $value) }}
    {{ $name }}: {{ $value | toString | quote }}
    {{- end }}
    {{- end }}
spec:
  {{- with .Values.ingress.className }}
  ingressClassName: {{ . }}
  {{- end }}
  rules:
    - host: {{ .Values.agents.mutualTls.host | quote }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ include "tocsin.fullname" . }}-response-service
                port:
                  name: agents
{{- end -}}

{{- define "tocsin.agents.policy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "tocsin.metadata" (dict "root" . "component" "agents") | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "tocsin.selectorLabels" (dict "root" . "component" "response-service") | nindent 6 }}
  policyTypes: [Ingress]
  ingress:
    - ports:
        - port: agents
          protocol: TCP
      {{- with .Values.networkPolicy.agentsFrom }}
      from:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end -}}
