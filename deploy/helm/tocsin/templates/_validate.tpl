{{/* Combinations that cannot work, each refused by a sentence that says what to do. */}}
{{- define "tocsin.validate" -}}
{{- $values := .Values -}}

{{- if not $values.image.repository }}{{ fail (printf "set image.repository to the registry and folder you pushed the images to (`%s`, then `--set image.repository=registry.example.com/tocsin`; `make images-jvm push-jvm`, or `make images-jib REGISTRY=registry.example.com`, then also `--set image.variant=jvm`)" (include "tocsin.image.commands" .)) }}{{ end -}}

{{- if $values.quickstart.enabled -}}
{{- if $values.database.host }}{{ fail "quickstart.enabled brings its own PostgreSQL: leave database.host empty, or set quickstart.enabled to false" }}{{ end -}}
{{- if $values.oidc.issuer }}{{ fail "quickstart.enabled brings its own issuer: leave oidc.issuer empty, or set quickstart.enabled to false" }}{{ end -}}
{{- if $values.oidc.tokenEndpoint }}{{ fail "quickstart.enabled brings its own issuer: leave oidc.tokenEndpoint empty, or set quickstart.enabled to false" }}{{ end -}}
{{- if ne $values.migration.mode "job" }}{{ fail "quickstart.enabled makes the PostgreSQL the migration needs, so nothing can migrate before it, nor does anybody else: set migration.mode to job" }}{{ end -}}
{{- if ne $values.database.sslMode "disable" }}{{ fail "the PostgreSQL of quickstart.enabled has no certificate: set database.sslMode to disable" }}{{ end -}}
{{- if ne (int $values.database.port) 5432 }}{{ fail "the PostgreSQL of quickstart.enabled listens on 5432: leave database.port alone" }}{{ end -}}
{{- else -}}
{{- if not $values.database.host }}{{ fail "set database.host to the host name of your PostgreSQL, or install with -f values-quickstart.yaml to try Tocsin out" }}{{ end -}}
{{- if not $values.oidc.issuer }}{{ fail "set oidc.issuer to the address of your issuer of tokens, or install with -f values-quickstart.yaml to try Tocsin out" }}{{ end -}}
{{- if and (include "tocsin.verifiesDatabase" .) (not $values.database.ca.existingSecret) }}{{ fail (printf "database.sslMode %s checks the server's certificate: set database.ca.existingSecret to the Secret with its authority, or database.sslMode to require" $values.database.sslMode) }}{{ end -}}
{{- if and (ne $values.migration.mode "none") (not $values.migration.existingSecret) }}{{ fail "set migration.existingSecret to the Secret of the owner role, or migration.mode to none and migrate yourself" }}{{ end -}}
{{- if not $values.masterKeys.existingSecret }}{{ fail "set masterKeys.existingSecret to the Secret of the master keys; without one no pod becomes ready" }}{{ end -}}
{{- end -}}

{{- if not (or $values.oidc.defaultTenant $values.oidc.tenants) }}{{ fail "no token of oidc.issuer would be taken: set oidc.defaultTenant to the tenant of tokens without tid, or oidc.tenants" }}{{ end -}}
{{- range $name, $issuer := $values.oidc.additionalIssuers -}}
{{- if has $name (list "primary" "client") }}{{ fail (printf "oidc.additionalIssuers.%s: this name is taken, choose another" $name) }}{{ end -}}
{{- if not (or $issuer.defaultTenant $issuer.tenants) }}{{ fail (printf "no token of oidc.additionalIssuers.%s would be taken: set its tenants or its defaultTenant" $name) }}{{ end -}}
{{- end -}}

{{- $connections := include "tocsin.connections" . | fromYaml -}}
{{- if and (gt (int $values.database.maxConnections) 0) (gt (int $connections.needed) (int $connections.room)) }}{{ fail (printf "%d pods may open %d connections, and database.maxConnections less database.reservedConnections leaves %d: set database.poolSize to %d or less, lower autoscaling.max, or raise max_connections of your PostgreSQL and say so in database.maxConnections" (int $connections.pods) (int $connections.needed) (int $connections.room) (int $connections.largestPool)) }}{{ end -}}

{{- range $parameter := list "sslmode" "sslrootcert" "user" "password" -}}
{{- if hasKey $values.database.parameters $parameter }}{{ fail (printf "database.parameters.%s: set database.sslMode, database.ca or the Secrets instead" $parameter) }}{{ end -}}
{{- end -}}

{{- if and $values.ingress.enabled $values.gateway.enabled }}{{ fail "ingress.enabled and gateway.enabled would both route the host: set one of them to false" }}{{ end -}}
{{- if and (or $values.ingress.enabled $values.gateway.enabled) (not $values.host) }}{{ fail "set host to the host name of the platform, which the routes are for" }}{{ end -}}
{{- if and $values.ingress.enabled $values.ingress.tls.enabled (not $values.ingress.tls.secretName) }}{{ fail "set ingress.tls.secretName to the Secret of the host's certificate, or ingress.tls.enabled to false where something before the ingress ends TLS" }}{{ end -}}
{{- if and $values.gateway.enabled (not $values.gateway.parentRefs) }}{{ fail "set gateway.parentRefs to the listener of your Gateway" }}{{ end -}}

{{- $tls := $values.agents.mutualTls -}}
{{- if ne $tls.mode "off" -}}
{{- if not $tls.server.existingSecret }}{{ fail "set agents.mutualTls.server.existingSecret to the Secret with the certificate of the agents' host, or agents.mutualTls.mode to off" }}{{ end -}}
{{- if not $tls.authority.existingSecret }}{{ fail "set agents.mutualTls.authority.existingSecret to the Secret with the authority of the agents' certificates, or agents.mutualTls.mode to off" }}{{ end -}}
{{- if and (or $values.ingress.enabled $values.gateway.enabled) (not $tls.host) }}{{ fail "set agents.mutualTls.host to the host name agents call, which is passed through unopened" }}{{ end -}}
{{- if and $tls.host (eq $tls.host $values.host) }}{{ fail "agents.mutualTls.host is passed through and host is not, so they must differ: give the agents a name of their own" }}{{ end -}}
{{- if and $values.gateway.enabled (not $tls.gateway.parentRefs) }}{{ fail "set agents.mutualTls.gateway.parentRefs to a listener of your Gateway with protocol TLS and mode Passthrough" }}{{ end -}}
{{- end -}}

{{- if $values.kafka.bootstrapServers -}}
{{- if and (hasPrefix "SASL" $values.kafka.securityProtocol) (not $values.kafka.existingSecret) }}{{ fail (printf "kafka.securityProtocol %s needs a user: set kafka.existingSecret to the Secret with username and password" $values.kafka.securityProtocol) }}{{ end -}}
{{- if and $values.kafka.ca (not $values.kafka.existingSecret) }}{{ fail "kafka.ca: set kafka.existingSecret to the Secret with ca.crt" }}{{ end -}}
{{- end -}}

{{- $files := $values.files -}}
{{- if eq $files.store "s3" -}}
{{- if not $files.s3.bucket }}{{ fail "files.store s3: set files.s3.bucket to the bucket, which must exist" }}{{ end -}}
{{- if not $files.s3.existingSecret }}{{ fail "files.store s3: set files.s3.existingSecret to the Secret with access-key and secret-key" }}{{ end -}}
{{- if and $files.s3.kmsKey (ne $files.s3.encryption "kms") }}{{ fail "files.s3.kmsKey is used with files.s3.encryption kms alone: set that, or leave the key empty" }}{{ end -}}
{{- else if or $files.s3.bucket $files.s3.existingSecret -}}
{{- fail (printf "files.s3 is set and files.store is %s: set files.store to s3, or leave files.s3 alone" $files.store) -}}
{{- end -}}
{{- if and (eq $files.store "directory") (not $files.directory.existingClaim) }}{{ fail "files.store directory: set files.directory.existingClaim to a claim that all replicas can write to (ReadWriteMany)" }}{{ end -}}
{{- if and $files.directory.existingClaim (ne $files.store "directory") }}{{ fail (printf "files.directory is set and files.store is %s: set files.store to directory, or leave files.directory alone" $files.store) }}{{ end -}}

{{- if ge (int $values.shutdown.delaySeconds) (int $values.shutdown.timeoutSeconds) }}{{ fail "shutdown.timeoutSeconds must be more than shutdown.delaySeconds, or requests that came during the delay are cut off: raise it" }}{{ end -}}
{{- if lt ($values.retention.audit | trimSuffix "d" | int) 90 }}{{ fail "retention.audit: the database refuses to forget the audit of the last 90 days, set at least 90d" }}{{ end -}}
{{- if lt ($values.retention.alerts | trimSuffix "d" | int) 31 }}{{ fail "retention.alerts: the services keep alerts for a month at least, set at least 31d" }}{{ end -}}
{{- if le ($values.retention.alerts | trimSuffix "d" | int) ($values.retention.feeds | trimSuffix "d" | int) }}{{ fail "retention.alerts: readers of the feeds may be retention.feeds behind and would be told of alerts that are gone: set it longer than retention.feeds" }}{{ end -}}
{{- if lt ($values.retention.telemetry | trimSuffix "d" | int) ($values.retention.feeds | trimSuffix "d" | int) }}{{ fail "retention.feeds: the feed of events cannot tell what retention.telemetry has dropped: set it no longer than that" }}{{ end -}}
{{- if and $values.image.jvmOptions (eq $values.image.variant "native") }}{{ fail "image.jvmOptions are for a Java runtime: set image.variant to jvm, or leave them empty" }}{{ end -}}

{{- if and $values.prometheusRule.enabled (not $values.serviceMonitor.enabled) }}{{ fail "the rules of prometheusRule.enabled go by the jobs of the ServiceMonitors: set serviceMonitor.enabled to true" }}{{ end -}}
{{- if and $values.serviceMonitor.enabled $values.networkPolicy.enabled (not $values.networkPolicy.metricsFrom) }}{{ fail "no Prometheus could reach the management port: set networkPolicy.metricsFrom to where yours runs" }}{{ end -}}
{{- if and $values.networkPolicy.enabled (not $values.networkPolicy.extraEgress) -}}
{{- $inside := false -}}
{{- range $values.networkPolicy.outboundTo -}}
{{- if or (not .ipBlock) (not (has (dig "ipBlock" "cidr" "" .) (list "0.0.0.0/0" "2000::/3" "::/0"))) (and (eq (dig "ipBlock" "cidr" "" .) "0.0.0.0/0") (not (dig "ipBlock" "except" nil .))) }}{{ $inside = true }}{{ end -}}
{{- end -}}
{{- range $value := list "webhooks" "playbooks" "indicatorSources" -}}
{{- if and (get $values $value).allowed (not $inside) }}{{ fail (printf "%s.allowed names targets in private networks, which networkPolicy.outboundTo lets no pod reach: add where they are to it (and their port to networkPolicy.outboundPorts)" $value) }}{{ end -}}
{{- end -}}
{{- end -}}

{{- range $group := list "alert" "response" "indicator" -}}
{{- $key := printf "%sService" $group -}}
{{- $service := get $values $key -}}
{{- if gt (int $service.autoscaling.min) (int $service.autoscaling.max) }}{{ fail (printf "%s.autoscaling.min is more than its max: swap them" $key) }}{{ end -}}
{{- if not $values.quickstart.enabled -}}
{{- if not $service.databaseSecret }}{{ fail (printf "set %s.databaseSecret to the Secret of the role that has tocsin_%s" $key $group) }}{{ end -}}
{{- if not $service.oidcClient.existingSecret }}{{ fail (printf "set %s.oidcClient.existingSecret to the Secret of the client %s" $key $service.oidcClient.id) }}{{ end -}}
{{- end -}}
{{- $set := include "tocsin.env.names" (dict "root" $ "component" (printf "%s-service" $group) "group" $group "values" $service) | fromYamlArray -}}
{{- $seen := list -}}
{{- range $service.extraEnv -}}
{{- if has .name $set }}{{ fail (printf "%s.extraEnv: %s is set by the chart; use the value it comes from" $key .name) }}{{ end -}}
{{- if has .name $seen }}{{ fail (printf "%s.extraEnv names %s twice: remove one" $key .name) }}{{ end -}}
{{- $seen = append $seen .name -}}
{{- end -}}
{{- range $name, $_ := $values.settings -}}
{{- if has (regexReplaceAll "[^A-Za-z0-9]" $name "_" | upper) $set }}{{ fail (printf "settings: %s is set by the chart; use the value it comes from" $name) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- range $values.extraVolumes -}}
{{- if has .name (list "tmp" "database-ca" "settings" "trust" "agents-server" "agents-authority" "master-keys" "kafka" "files") }}{{ fail (printf "extraVolumes: the chart has a volume %s itself, choose another name" .name) }}{{ end -}}
{{- end -}}
{{- $paths := list "/tmp" "/var/lib/tocsin/files" -}}
{{- range $values.extraVolumeMounts -}}
{{- if or (has .mountPath $paths) (hasPrefix "/etc/tocsin" .mountPath) }}{{ fail (printf "extraVolumeMounts: something is mounted at %s already, choose another path" .mountPath) }}{{ end -}}
{{- $paths = append $paths .mountPath -}}
{{- end -}}
{{- range $name, $_ := $values.settings -}}
{{- if regexMatch "(?i)(password|secret|credential)" $name }}{{ fail (printf "settings: %s looks like a secret, and settings lie in a ConfigMap: use extraEnv with a secretKeyRef" $name) }}{{ end -}}
{{- end -}}
{{- end -}}
