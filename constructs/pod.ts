/** What every pod of the stack has: the "restricted" Pod Security Standard, resources, files. */
import { formatBytes, formatMillicpus } from '../config/quantity';
import type { Amounts, Resources } from '../config/sections/resources';
import { k8s } from '../imports';
import { COMPONENT_LABEL } from './component';
import { notEmpty } from './empty';
import type { SecretContract } from './secrets';

/** The user and group of every pod: above 10000, so that it meets no user of the node. */
const USER = 10001;
/** Readable by the pod's user through its group, and by nobody else. */
const SECRET_MODE = 0o440;
export const TMP = '/tmp';

/** Settings of a pod that has no rights beyond its own work. */
export const restrictedPod = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: USER,
    runAsGroup: USER,
    fsGroup: USER,
    // Otherwise a restart opens the files of Postgres to its group, and Postgres refuses them.
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  },
} as const satisfies Partial<k8s.PodSpec>;

/** Settings of a container in such a pod. */
export const restrictedContainer = {
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: USER,
    runAsGroup: USER,
  },
} satisfies Partial<k8s.Container>;

/** `imagePullSecrets` of a pod. */
export const pullSecrets = (names: readonly string[]): k8s.LocalObjectReference[] | undefined => notEmpty(names.map((name) => ({ name })));

/** A text as a variable or an argument gets it: Kubernetes reads `$(NAME)` and `$$` in them as its own. */
export const literal = (text: string) => text.replaceAll('$', '$$$$');

/** `env` of a container, in the order given. The API forgets an empty value, which `kubectl apply` would report as changed every time. */
export const environment = (values: Readonly<Record<string, string>>): k8s.EnvVar[] =>
  Object.entries(values).map(([name, value]) => (value === '' ? { name } : { name, value: literal(value) }));

type Quantities = Record<string, k8s.Quantity>;

function quantities(amounts: Amounts): Quantities {
  return {
    cpu: k8s.Quantity.fromString(formatMillicpus(amounts.cpu)),
    memory: k8s.Quantity.fromString(formatBytes(amounts.memory)),
    'ephemeral-storage': k8s.Quantity.fromString(formatBytes(amounts['ephemeral-storage'])),
  };
}

/** Requests and limits of a container; `extended` adds limits of extended resources, such as GPUs. */
export function resourceRequirements({ requests, limits }: Resources, extended: Quantities = {}): k8s.ResourceRequirements {
  return { requests: quantities(requests), limits: { ...quantities(limits), ...extended } };
}

export const bytesQuantity = (bytes: number) => k8s.Quantity.fromString(formatBytes(bytes));

/** A folder that lives as long as the pod; `bytes` is the most that it may hold. */
export const scratch = (name: string, bytes: number): k8s.Volume => ({ name, emptyDir: { sizeLimit: bytesQuantity(bytes) } });

/** A folder in memory, counted into the memory of the pod; `bytes` is the most that it may hold. */
export const memory = (name: string, bytes: number): k8s.Volume => ({
  name,
  emptyDir: { medium: 'Memory', sizeLimit: bytesQuantity(bytes) },
});

/** A volume that comes and goes with the pod. */
export function claimed(name: string, { storage, storageClass }: { readonly storage: number; readonly storageClass?: string }): k8s.Volume {
  const resources = { requests: { storage: bytesQuantity(storage) } };
  const spec = { accessModes: ['ReadWriteOnce'], storageClassName: storageClass, volumeMode: 'Filesystem', resources };
  return { name, ephemeral: { volumeClaimTemplate: { spec } } };
}

export const configVolume = (name: string, configMap: string): k8s.Volume => ({ name, configMap: { name: configMap } });

/**
 * What a claim of the release has. A pod that must not write says so of its mount, never here: Kubernetes gives a volume of the node
 * to the group of the first pod that mounts it, and never at all where that pod has it read-only, so that no later pod could write.
 */
export const claimVolume = (name: string, claimName: string): k8s.Volume => ({ name, persistentVolumeClaim: { claimName } });

/** Keys of a Secret as files; the pod does not start before all of them are there. */
export const secretVolume = ({ id, name, keys }: SecretContract): k8s.Volume => ({
  name: `secret-${id}`,
  secret: { secretName: name, defaultMode: SECRET_MODE, items: keys.map((key) => ({ key, path: key })) },
});

/** That volume where the contract says, or in another folder. */
export const secretMount = ({ id, directory }: SecretContract, mountPath = directory): k8s.VolumeMount => ({
  name: `secret-${id}`,
  mountPath,
  readOnly: true,
});

export const mount = (volume: k8s.Volume, mountPath: string): k8s.VolumeMount => ({ name: volume.name, mountPath });
export const readOnly = (volume: k8s.Volume, mountPath: string): k8s.VolumeMount => ({ ...mount(volume, mountPath), readOnly: true });

/** Label of a pod that goes where it likes, although others of its component share a node. */
const SHARED_NODE_LABEL = 'cdk8s-django/shared-node';
export const APART = { [SHARED_NODE_LABEL]: 'none' };

/**
 * Pods of these components on one node: a volume that one node mounts serves only pods there. The pod is one of them, so it may go anywhere
 * while no other of them has a node; one that has ended has none. For two volumes this is one term and not two: a pod that is there counts
 * only where it matches all terms. Source: Kubernetes 1.35, pkg/scheduler: `satisfyPodAffinity` and `updateWithAffinityTerms` of
 * interpodaffinity/filtering.go, `newPodInformer` of scheduler.go.
 */
export function together(labels: Readonly<Record<string, string>>, components: readonly string[]): k8s.PodAffinity {
  const { 'app.kubernetes.io/instance': instance = '' } = labels;
  const matchExpressions = [
    { key: COMPONENT_LABEL, operator: 'In', values: [...components] },
    { key: SHARED_NODE_LABEL, operator: 'DoesNotExist' },
  ];
  const labelSelector = { matchLabels: { 'app.kubernetes.io/instance': instance }, matchExpressions };
  return { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector }] };
}

/** Pods of the same kind on different nodes and in different zones, where there are such. */
export function spread(labels: Readonly<Record<string, string>>) {
  const labelSelector = { matchLabels: { ...labels } };
  const podAntiAffinity: k8s.PodAntiAffinity = {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector } },
    ],
  };
  const topologySpreadConstraints: k8s.TopologySpreadConstraint[] = [
    { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector },
  ];
  return { podAntiAffinity, topologySpreadConstraints };
}
