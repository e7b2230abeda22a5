{{/* Where response-service, and it alone, keeps packages, results and the library. */}}

{{- define "tocsin.files.env" -}}
{{- $files := .Values.files -}}
{{- $env := dict -}}
{{- if eq $files.store "directory" -}}
{{- $_ := set $env "TOCSIN_FILES_DIRECTORY" "/var/lib/tocsin/files" -}}
{{- else if eq $files.store "s3" -}}
{{- $_ := set $env "TOCSIN_FILES_S3_BUCKET" $files.s3.bucket -}}
{{- $_ := set $env "TOCSIN_FILES_S3_REGION" $files.s3.region -}}
{{- $_ := set $env "TOCSIN_FILES_S3_PATH_STYLE" $files.s3.pathStyle -}}
{{- $_ := set $env "TOCSIN_FILES_S3_ENCRYPTION" $files.s3.encryption -}}
{{- $_ := set $env "TOCSIN_FILES_S3_LOGIN" "/etc/tocsin/files" -}}
{{- with $files.s3.endpoint }}{{ $_ := set $env "TOCSIN_FILES_S3_ENDPOINT" . }}{{ end -}}
{{- with $files.s3.prefix }}{{ $_ := set $env "TOCSIN_FILES_S3_PREFIX" . }}{{ end -}}
{{- with $files.s3.kmsKey }}{{ $_ := set $env "TOCSIN_FILES_S3_KMS_KEY" . }}{{ end -}}
{{- end -}}
{{- $env | toYaml -}}
{{- end -}}

{{/* Whether something is mounted for it. Takes root, component. */}}
{{- define "tocsin.files.mounted" -}}
{{- if and (eq .component "response-service") (ne .root.Values.files.store "database") }}true{{ end -}}
{{- end -}}

{{/* The Secret whole and not by subPath, so that a changed one reaches the pods while they run. Takes the root. */}}
{{- define "tocsin.files.volume" -}}
- name: files
{{- if eq .Values.files.store "s3" }}
  secret:
    secretName: {{ .Values.files.s3.existingSecret }}
    defaultMode: 0440
{{- else }}
  persistentVolumeClaim:
    claimName: {{ .Values.files.directory.existingClaim }}
{{- end }}
{{- end -}}

{{- define "tocsin.files.mount" -}}
- name: files
{{- if eq .Values.files.store "s3" }}
  mountPath: /etc/tocsin/files
  readOnly: true
{{- else }}
  mountPath: /var/lib/tocsin/files
{{- end }}
{{- end -}}

{{- define "tocsin.egress.files" -}}
- ports:
    {{- $port := ternary (include "tocsin.url.port" .Values.files.s3.endpoint) "443" (ne .Values.files.s3.endpoint "") }}
    {{- range default (list $port) .Values.networkPolicy.filesPorts }}
    - port: {{ int . }}
      protocol: TCP
    {{- end }}
  {{- with .Values.networkPolicy.filesTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
