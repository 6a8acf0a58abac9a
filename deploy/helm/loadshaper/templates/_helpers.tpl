{{- define "loadshaper.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "loadshaper.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "loadshaper.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "loadshaper.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "loadshaper.selectorLabels" -}}
app.kubernetes.io/name: {{ include "loadshaper.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "loadshaper.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "loadshaper.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "loadshaper.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{- define "loadshaper.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "loadshaper.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end }}
{{- end }}

{{- define "loadshaper.priorityClassName" -}}
{{- if .Values.priorityClass.create -}}
{{ .Values.priorityClass.name | default (include "loadshaper.fullname" .) }}
{{- else -}}
{{ .Values.priorityClass.name }}
{{- end }}
{{- end }}

{{/* The settings: the shape, then those of config; empty ones are left out. */}}
{{- define "loadshaper.config" -}}
{{- $config := dict }}
{{- if ne .Values.shape "auto" }}
{{- $_ := set $config "LOADSHAPER_SHAPE" .Values.shape }}
{{- end }}
{{- range $name, $value := .Values.config }}
{{- if not (or (kindIs "invalid" $value) (eq (toString $value) "")) }}
{{- $_ := set $config $name (toString $value) }}
{{- end }}
{{- end }}
{{- toYaml $config }}
{{- end }}

{{- define "loadshaper.healthPort" -}}
{{- .Values.config.HEALTH_PORT | default 8080 }}
{{- end }}

{{- define "loadshaper.healthEnabled" -}}
{{- if not (has (.Values.config.HEALTH_ENABLED | toString | lower) (list "false" "0" "no" "off")) }}true{{ end }}
{{- end }}

{{/* Values that would break a promise: each error names the way out. */}}
{{- define "loadshaper.validate" -}}
{{- if .Values.resources }}
{{- fail "resources must stay empty. LoadShaper runs as BestEffort, below every other pod: any request or limit, of CPU or memory, makes its pod Burstable, and the kernel then prefers it to all BestEffort pods. A CPU limit below the target also keeps the node idle by Oracle's rule. Remove resources from the values; heapHardLimit bounds the memory. To rank your own pods higher, give them requests (a LimitRange with defaultRequest), or run LoadShaper as the systemd unit of deploy/systemd on the node." }}
{{- end }}
{{- if and .Values.replicaCount (ne (int .Values.replicaCount) 1) }}
{{- fail "replicaCount does not apply: LoadShaper is a DaemonSet with one pod on each node, since Oracle judges every VM by itself. Remove replicaCount; nodeSelector chooses the nodes." }}
{{- end }}
{{- if and .Values.podDisruptionBudget (.Values.podDisruptionBudget).enabled }}
{{- fail "podDisruptionBudget does not apply to a DaemonSet: draining a node skips its pods, and a budget would only hold other drains up. updateStrategy.rollingUpdate.maxUnavailable bounds an update. Remove podDisruptionBudget." }}
{{- end }}
{{- if and .Values.networkPolicy.enabled .Values.hostNetwork }}
{{- fail "networkPolicy has no effect with hostNetwork: a policy does not see pods in the node's network. Set hostNetwork=false (values-pod-network.yaml), or guard the node by its own firewall and Oracle's security lists." }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled (not .Values.service.enabled) }}
{{- fail "serviceMonitor needs service.enabled=true: the operator finds the pods by the service." }}
{{- end }}
{{- if and (not .Values.persistence.hostPath) (not .Values.persistence.existingClaim) }}
{{- fail "persistence needs hostPath or existingClaim: LoadShaper does not start without its seven days of history." }}
{{- end }}
{{- end }}
