{{- define "jeton.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "jeton.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "jeton.labels" -}}
{{ include "jeton.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end -}}

{{- define "jeton.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "jeton.config" -}}
issuer   = {{ .Values.issuer | quote }}
data_dir = "/var/lib/jeton"
{{- with .Values.config }}
{{ . | trim }}
{{- end }}

[http]
listen = "0.0.0.0:8080"
{{- with .Values.trustedProxies }}
trusted_proxies = {{ . | toJson }}
{{- end }}
{{- if .Values.tls.existingSecret }}
tls_cert = "/etc/jeton/tls/tls.crt"
tls_key  = "/etc/jeton/tls/tls.key"
{{- end }}

[store]
url_file = "/etc/jeton/secrets/database/url"
seal_key_file = "/etc/jeton/secrets/seal/key"
{{- if .Values.metrics.enabled }}

[metrics]
listen = "0.0.0.0:{{ .Values.metrics.port }}"
{{- end }}
{{- with .Values.tables }}

{{ . | trim }}
{{- end }}
{{- end -}}
