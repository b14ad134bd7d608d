{{/*
What the operator may do where StreamJobs live. No wildcard. Of Secrets only `get`: it reads the one that a
StreamJob names, and can neither list nor watch the others.
*/}}
{{- define "streamjob.rules" -}}
# Patched to hold one until what spec.deletion says is done; its spec is never written.
- apiGroups: [streamjob.io]
  resources: [streamjobs]
  verbs: [get, list, watch, patch]
- apiGroups: [streamjob.io]
  resources: [streamsavepoints]
  verbs: [get, list, watch, create, update, patch, delete]
- apiGroups: [streamjob.io]
  resources: [streamjobs/status, streamsavepoints/status]
  verbs: [get, update, patch]
# An owner that blocks its own deletion may only be named by those who may change its finalizers.
- apiGroups: [streamjob.io]
  resources: [streamjobs/finalizers]
  verbs: [update]
- apiGroups: [apps]
  resources: [deployments, statefulsets, controllerrevisions]
  verbs: [get, list, watch, create, delete]
# With spec.worker.scaling InPlace: how many workers there are, and that written down beside the revision.
- apiGroups: [apps]
  resources: [statefulsets, controllerrevisions]
  verbs: [patch]
# Changed by the engine alone, and by it only with spec.coordinator.highAvailability: who gives it these rights
# must have them.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch, create, update, patch, delete]
# Made with such a job's pods; never changed, and deleted with their owner. Without `escalate` and `bind`, a role
# can hold nothing that is not in this list.
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [get, create]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [get, create]
# Keeps a drain from taking several pods of a job at a time; deleted with the pods' owner.
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, create]
# The Service with the job's own name is moved from one revision to the next.
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, delete, patch]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
# Whether the namespace of a StreamSavepoint is being deleted: then nothing holds it.
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
# Whether a second cluster would find room.
- apiGroups: [""]
  resources: [resourcequotas]
  verbs: [list]
# Listed for the reasons why a pod could not be created, such as a quota.
- apiGroups: [""]
  resources: [events]
  verbs: [list, create, patch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}
