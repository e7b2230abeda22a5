{{/* The environment of the pods. Plain values stand in the pod template itself, so that a change rolls the pods. */}}

{{- define "tocsin.issuer" -}}
{{- if .Values.quickstart.enabled -}}
{{- printf "http://%s:8080/realms/tocsin" (include "tocsin.serviceHost" (dict "root" . "component" "keycloak")) -}}
{{- else -}}
{{- trimSuffix "/" .Values.oidc.issuer -}}
{{- end -}}
{{- end -}}

{{- define "tocsin.databaseHost" -}}
{{- if .Values.quickstart.enabled -}}
{{- include "tocsin.serviceHost" (dict "root" . "component" "postgres") -}}
{{- else -}}
{{- .Values.database.host -}}
{{- end -}}
{{- end -}}

{{- define "tocsin.verifiesDatabase" -}}
{{- if hasPrefix "verify-" .Values.database.sslMode }}true{{ end -}}
{{- end -}}

{{- define "tocsin.jdbcUrl" -}}
{{- $parameters := dict "sslmode" .Values.database.sslMode -}}
{{- if include "tocsin.verifiesDatabase" . -}}
{{- $_ := set $parameters "sslrootcert" "/etc/tocsin/database-ca/ca.crt" -}}
{{- end -}}
{{- $query := list -}}
{{- range $name, $value := merge $parameters .Values.database.parameters -}}
{{- $query = append $query (printf "%s=%s" $name (toString $value | urlquery)) -}}
{{- end -}}
{{- printf "jdbc:postgresql://%s:%d/%s?%s" (include "tocsin.databaseHost" .) (int .Values.database.port) .Values.database.name (join "&" $query | replace "%2F" "/") -}}
{{- end -}}

{{- define "tocsin.fromSecret" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end -}}

{{- define "tocsin.value" -}}
- name: {{ .name }}
  value: {{ .value | toString | quote }}
{{- end -}}

{{/* Takes root, secret. */}}
{{- define "tocsin.env.database" -}}
{{ include "tocsin.value" (dict "name" "QUARKUS_DATASOURCE_JDBC_URL" "value" (include "tocsin.jdbcUrl" .root)) }}
{{ include "tocsin.fromSecret" (dict "name" "QUARKUS_DATASOURCE_USERNAME" "secret" .secret "key" "username") }}
{{ include "tocsin.fromSecret" (dict "name" "QUARKUS_DATASOURCE_PASSWORD" "secret" .secret "key" "password") }}
{{- end -}}

{{/* Takes root, migration. */}}
{{- define "tocsin.env.runtime" -}}
{{- if eq .root.Values.image.variant "jvm" }}
{{ include "tocsin.value" (dict "name" "JAVA_TOOL_OPTIONS" "value" (include "tocsin.runtimeOptions" . | fromYamlArray | join " ")) }}
{{- end -}}
{{- end -}}

{{/* The plain values as a map, for the pod and for the check that nobody sets them twice. Takes root, component, values. */}}
{{- define "tocsin.env.plain" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $shutdown := include "tocsin.shutdown" $root | fromYaml -}}
{{- $env := dict
  "QUARKUS_HTTP_HOST" "0.0.0.0"
  "QUARKUS_HTTP_PORT" "8080"
  "QUARKUS_MANAGEMENT_HOST" "0.0.0.0"
  "QUARKUS_MANAGEMENT_PORT" "9000"
  "QUARKUS_SHUTDOWN_DELAY" (printf "%ds" (int $shutdown.delay))
  "QUARKUS_SHUTDOWN_TIMEOUT" (printf "%ds" (int $shutdown.timeout))
  "QUARKUS_DATASOURCE_JDBC_MAX_SIZE" $values.database.poolSize
  "QUARKUS_OIDC_PRIMARY_AUTH_SERVER_URL" (include "tocsin.issuer" $root)
  "QUARKUS_OIDC_CLIENT_AUTH_SERVER_URL" (include "tocsin.issuer" $root)
  "QUARKUS_OIDC_CLIENT_CLIENT_ID" .values.oidcClient.id
  "TOCSIN_SECRETS_MASTER_KEYS" "/etc/tocsin/master-keys"
  "TOCSIN_LIMITS_PROFILE" $values.limits.profile
  "TOCSIN_JOBS_ENABLED" $values.jobs.enabled
  "TOCSIN_FEEDS_RETENTION" $values.retention.feeds
-}}
{{- range $peer := list "alert" "response" "indicator" -}}
{{- $_ := set $env (printf "TOCSIN_PEERS_%s_URL" (upper $peer)) (printf "http://%s:8080" (include "tocsin.serviceHost" (dict "root" $root "component" (printf "%s-service" $peer)))) -}}
{{- end -}}
{{- with $values.oidc.tokenEndpoint }}{{ $_ := set $env "TOCSIN_TOKEN_ENDPOINT" . }}{{ end -}}
{{- with $values.oidc.audiences }}{{ $_ := set $env "QUARKUS_OIDC_PRIMARY_TOKEN_AUDIENCE" (join "," .) }}{{ end -}}
{{- with $values.oidc.defaultTenant }}{{ $_ := set $env "TOCSIN_IDENTITY_DEFAULT_TENANT" . }}{{ end -}}
{{- with $values.oidc.tenants }}{{ $_ := set $env "TOCSIN_IDENTITY_TENANTS" (join "," .) }}{{ end -}}
{{- range $name, $issuer := $values.oidc.additionalIssuers -}}
{{- $quarkus := printf "QUARKUS_OIDC_%s" (upper $name) -}}
{{- $identity := printf "TOCSIN_IDENTITY_ISSUERS_%s" (upper $name) -}}
{{- $_ := set $env (printf "%s_AUTH_SERVER_URL" $quarkus) (trimSuffix "/" $issuer.issuer) -}}
{{- $_ := set $env (printf "%s_APPLICATION_TYPE" $quarkus) "service" -}}
{{- $_ := set $env (printf "%s_TOKEN_AUDIENCE" $quarkus) (join "," $issuer.audiences) -}}
{{- $_ := set $env (printf "%s_TOKEN_PRINCIPAL_CLAIM" $quarkus) "sub" -}}
{{- $_ := set $env (printf "%s_TOKEN_LIFESPAN_GRACE" $quarkus) "30" -}}
{{- $_ := set $env (printf "%s_CONNECTION_TIMEOUT" $quarkus) "5s" -}}
{{- with $issuer.defaultTenant }}{{ $_ := set $env (printf "%s_DEFAULT_TENANT" $identity) . }}{{ end -}}
{{- with $issuer.tenants }}{{ $_ := set $env (printf "%s_TENANTS" $identity) (join "," .) }}{{ end -}}
{{- end -}}
{{- with $values.limits.eachRoute }}{{ $_ := set $env "TOCSIN_LIMITS_EACH_ROUTE" . }}{{ end -}}
{{- with $values.limits.overrides }}{{ $_ := set $env "TOCSIN_LIMITS_OVERRIDES" (join "," .) }}{{ end -}}
{{- with $values.trustedProxies }}{{ $_ := set $env "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES" (join "," .) }}{{ end -}}
{{- if and (eq .component "alert-service") $values.webhooks.allowed }}{{ $_ := set $env "TOCSIN_WEBHOOKS_ALLOWED" (join "," $values.webhooks.allowed) }}{{ end -}}
{{- if and (eq .component "response-service") $values.playbooks.allowed }}{{ $_ := set $env "TOCSIN_PLAYBOOKS_ALLOWED" (join "," $values.playbooks.allowed) }}{{ end -}}
{{- if and (eq .component "indicator-service") $values.indicatorSources.allowed }}{{ $_ := set $env "TOCSIN_INDICATORS_SOURCES_ALLOWED" (join "," $values.indicatorSources.allowed) }}{{ end -}}
{{- if and (eq .component "indicator-service") $values.indicatorSources.allowHttp }}{{ $_ := set $env "TOCSIN_INDICATORS_SOURCES_ALLOW_HTTP" "true" }}{{ end -}}
{{- if and (eq .component "alert-service") $values.kafka.bootstrapServers }}{{ $env = merge $env (include "tocsin.kafka.env" $root | fromYaml) }}{{ end -}}
{{- if eq .component "response-service" }}{{ $env = merge $env (include "tocsin.files.env" $root | fromYaml) }}{{ end -}}
{{- if eq .component "alert-service" }}{{ $_ := set $env "TOCSIN_AUDIT_RETENTION" $values.retention.audit }}{{ $_ := set $env "TOCSIN_TELEMETRY_RETENTION" $values.retention.telemetry }}{{ $_ := set $env "TOCSIN_RETENTION_ALERTS" $values.retention.alerts }}{{ end -}}
{{- if $values.settings }}{{ $_ := set $env "SMALLRYE_CONFIG_LOCATIONS" "/etc/tocsin/settings/application.properties" }}{{ end -}}
{{- if include "tocsin.takesAgentsByTls" . }}{{ $env = merge $env (include "tocsin.agents.env" $root | fromYaml) }}{{ end -}}
{{- with $values.otlp.endpoint }}{{ $_ := set $env "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT" . }}{{ end -}}
{{- $env | toYaml -}}
{{- end -}}

{{/* Every name the chart sets, as a list. */}}
{{- define "tocsin.env.names" -}}
{{- $names := include "tocsin.env.plain" . | fromYaml | keys -}}
{{- concat $names (list "QUARKUS_DATASOURCE_JDBC_URL" "QUARKUS_DATASOURCE_USERNAME" "QUARKUS_DATASOURCE_PASSWORD" "QUARKUS_OIDC_CLIENT_CREDENTIALS_SECRET" "JAVA_TOOL_OPTIONS" "QUARKUS_PROFILE") | toYaml -}}
{{- end -}}

{{- define "tocsin.env.service" -}}
{{- range $name, $value := include "tocsin.env.plain" . | fromYaml }}
{{ include "tocsin.value" (dict "name" $name "value" $value) }}
{{- end }}
{{ include "tocsin.env.database" (dict "root" .root "secret" (include "tocsin.databaseSecret" .)) }}
{{ include "tocsin.fromSecret" (dict "name" "QUARKUS_OIDC_CLIENT_CREDENTIALS_SECRET" "secret" (include "tocsin.oidcSecret" .) "key" "client-secret") }}
{{- include "tocsin.env.runtime" . }}
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}
