{{/* The realm of the local platform (files/quickstart/realm.json) with the secrets and tenants of this release. */}}
{{- define "tocsin.quickstart.realm" -}}
{{- $root := . -}}
{{- $realm := .Files.Get "files/quickstart/realm.json" -}}
{{- range $client := regexFindAll "\\{\\{secret [a-z-]+\\}\\}" $realm -1 | uniq -}}
{{- $name := $client | trimPrefix "{{secret " | trimSuffix "}}" -}}
{{- $realm = replace $client (include "tocsin.quickstart.password" (dict "root" $root "of" (printf "client %s" $name))) $realm -}}
{{- end -}}
{{- $realm = replace "{{tenant main}}" .Values.oidc.defaultTenant $realm -}}
{{- $realm = replace "{{tenant other}}" "0c0ffee0-0000-4000-8000-000000000002" $realm -}}
{{- /* A cluster's pod network need not be one of the private ranges Keycloak lets through without TLS. */ -}}
{{- $realm | replace "\"sslRequired\": \"external\"" "\"sslRequired\": \"none\"" -}}
{{- end -}}
