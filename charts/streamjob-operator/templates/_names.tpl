{{/* Name of everything that lives in the release's namespace. */}}
{{- define "streamjob.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 53 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Name of what is shared by all namespaces: two releases of one name must not meet there. */}}
{{- define "streamjob.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "streamjob.name" .) -}}
{{- end -}}

{{- define "streamjob.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "streamjob.name" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.create is false: name an existing service account in serviceAccount.name, or set serviceAccount.create to true" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* What a Deployment selects its pods by; fixed for the life of a release. */}}
{{- define "streamjob.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "streamjob.labels" -}}
{{ include "streamjob.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}
