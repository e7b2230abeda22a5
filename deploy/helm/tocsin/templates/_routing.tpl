{{/*
The routes, from files/prefixes.csv, which the local gateway reads too: a list of {prefix, service, stream}. What no line claims
is alert-service's. A prefix of routing.streams takes along the lines below it, and is itself owned by the line above it.
*/}}
{{- define "tocsin.routes" -}}
{{- $owners := dict "/" "alert-service" -}}
{{- range $line := .Files.Get "files/prefixes.csv" | trim | splitList "\n" | rest -}}
{{- $columns := $line | trim | splitList "," -}}
{{- $_ := set $owners (index $columns 0) (index $columns 1) -}}
{{- end -}}
{{- range $stream := .Values.routing.streams -}}
{{- if not (hasKey $owners $stream) -}}
{{- $owner := "alert-service" -}}
{{- $length := 0 -}}
{{- range $prefix, $service := $owners -}}
{{- if and (hasPrefix (printf "%s/" (trimSuffix "/" $prefix)) $stream) (gt (len $prefix) $length) -}}
{{- $owner = $service -}}
{{- $length = len $prefix -}}
{{- end -}}
{{- end -}}
{{- $_ := set $owners $stream $owner -}}
{{- end -}}
{{- end -}}
{{- range $prefix, $service := $owners }}
{{- $isStream := false -}}
{{- range $stream := $.Values.routing.streams -}}
{{- if or (eq $prefix $stream) (hasPrefix (printf "%s/" $stream) $prefix) }}{{ $isStream = true }}{{ end -}}
{{- end }}
- prefix: {{ $prefix }}
  service: {{ $service }}
  stream: {{ $isStream }}
{{- end }}
{{- end -}}

{{/* An Ingress of one kind of routes; time-outs are an annotation of the whole object, so there are two. Takes root, stream. */}}
{{- define "tocsin.ingress" -}}
{{- $root := .root -}}
{{- $stream := .stream -}}
{{- $ingress := $root.Values.ingress -}}
{{- $seconds := ternary $root.Values.routing.streamTimeoutSeconds $root.Values.routing.timeoutSeconds $stream | toString -}}
{{- $annotations := dict "nginx.ingress.kubernetes.io/proxy-read-timeout" $seconds "nginx.ingress.kubernetes.io/proxy-send-timeout" $seconds -}}
{{- $annotations = mergeOverwrite $annotations (deepCopy $ingress.annotations) (deepCopy (ternary $ingress.streamAnnotations $ingress.apiAnnotations $stream)) -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  {{- include "tocsin.metadata" (dict "root" $root "component" (ternary "streams" "api" $stream)) | nindent 2 }}
  annotations:
    {{- range $name, $value := $annotations }}
    {{- if not (kindIs "invalid" $value) }}
    {{ $name }}: {{ $value | toString | quote }}
    {{- end }}
    {{- end }}
spec:
  {{- with $ingress.className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- if $ingress.tls.enabled }}
  tls:
    - hosts: [{{ $root.Values.host | quote }}]
      secretName: {{ $ingress.tls.secretName }}
  {{- end }}
  rules:
    - host: {{ $root.Values.host | quote }}
      http:
        paths:
          {{- range include "tocsin.routes" $root | fromYamlArray }}
          {{- if eq .stream $stream }}
          - path: {{ .prefix }}
            pathType: Prefix
            backend:
              service:
                name: {{ include "tocsin.fullname" $root }}-{{ .service }}
                port:
                  name: http
          {{- end }}
          {{- end }}
{{- end -}}

{{/* With what the server would write into them: a list it changed is one that two owners fight over. Takes the references. */}}
{{- define "tocsin.parentRefs" -}}
{{- $whole := list -}}
{{- range . -}}
{{- $whole = append $whole (merge (deepCopy .) (dict "group" "gateway.networking.k8s.io" "kind" "Gateway")) -}}
{{- end -}}
{{- $whole | toYaml -}}
{{- end -}}

{{/* The HTTPRoute of one service. Takes root, component. */}}
{{- define "tocsin.httpRoute" -}}
{{- $root := .root -}}
{{- $component := .component -}}
{{- $values := $root.Values -}}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  {{- include "tocsin.metadata" . | nindent 2 }}
  {{- with $values.gateway.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  parentRefs:
    {{- include "tocsin.parentRefs" $values.gateway.parentRefs | nindent 4 }}
  hostnames: [{{ $values.host | quote }}]
  rules:
    {{- range $stream := list true false }}
    {{- $prefixes := list -}}
    {{- range include "tocsin.routes" $root | fromYamlArray -}}
    {{- if and (eq .service $component) (eq .stream $stream) }}{{ $prefixes = append $prefixes .prefix }}{{ end -}}
    {{- end }}
    {{- /* The first version of the API takes no more than eight matches a rule. */}}
    {{- range $some := chunk 8 $prefixes }}
    - matches:
        {{- range $some }}
        - path:
            type: PathPrefix
            value: {{ . }}
        {{- end }}
      filters:
        # Says that a service has already handed the request on: not for anybody outside to say.
        - type: RequestHeaderModifier
          requestHeaderModifier:
            remove: [Tocsin-Forwarded]
      backendRefs:
        - group: ""
          kind: Service
          name: {{ include "tocsin.fullname" $root }}-{{ $component }}
          port: 8080
          weight: 1
      {{- if $values.gateway.timeouts }}
      timeouts:
        request: {{ ternary $values.routing.streamTimeoutSeconds $values.routing.timeoutSeconds $stream }}s
      {{- end }}
    {{- end }}
    {{- end }}
{{- end -}}
