/** Why pods do not serve: how each cause is recognised, what is said of it, and what mends it. The first that is found of a pod counts. */
import * as find from './recognise';
import type { Subject, Words } from './subject';

export interface Cause {
  readonly name: string;
  /** How it is recognised, for the page. */
  readonly shown: string;
  /** What is said; words that were found stand in braces. */
  readonly says: string;
  /** What to do; besides those words: `environment`, `namespace`, `component`, and `kind` and `name` of the pod or of what makes it. */
  readonly mend: string;
  /** It may pass by itself.
   * @default false */
  readonly waits?: true;
  /** @param now milliseconds */
  readonly find: (subject: Subject, now: number) => Words | undefined;
}

const APPLY_SECRETS =
  '`npm run secrets {environment} && kubectl apply -f secrets/{environment}`; one that somebody else makes: docs/secrets.md names its keys';
const LOG = '`kubectl -n {namespace} logs {name} -c {container}`';
const MIGRATION = '`kubectl -n {namespace} logs -l app.kubernetes.io/component=migrate --all-containers --prefix`';
const NODES = '`kubectl describe nodes` says who has what there is';
const SHARED = '"pod affinity" is that to the pods that share its volume: until they end, only their node will do';

export const CAUSES: readonly Cause[] = [
  {
    name: 'node-lost',
    shown: 'the pod was ready, and its node is not, or event `NodeNotReady`',
    says: 'its node {node} does not answer',
    mend: 'wait until it is back; if it is gone for good, `kubectl delete node {node}` frees its pods and volumes',
    find: find.nodeLost,
  },
  {
    name: 'claim-missing',
    shown: '`PodScheduled`: persistentvolumeclaim … not found',
    says: 'the claim {claim} is not there',
    mend: '`kubectl apply -f dist/{environment}/base.k8s.yaml`',
    find: find.claimMissing,
  },
  {
    name: 'claim-unbound',
    shown:
      'a claim that is not `Bound`, and `PodScheduled`: unbound PersistentVolumeClaims, or event `ProvisioningFailed` or `FailedBinding`',
    says: 'the claim {claim} gets no volume: {why}',
    mend: '`kubectl get storageclass` says what there is: name one as `storageClass` beside `storage`; a claim keeps its class, so delete one that never had a volume',
    find: find.claimUnbound,
  },
  {
    name: 'gpu-insufficient',
    shown: '`PodScheduled`: Insufficient …/…',
    says: 'no node has {resource} to spare: {why}',
    mend:
      'lower gunicorn.replicas or gunicorn.gpu.count, or add a node; ' +
      NODES +
      '; with gunicorn.gpu.spare: true a release needs some to spare',
    find: find.gpuInsufficient,
  },
  {
    name: 'gpu-unhealthy',
    shown: '`allocatedResourcesStatus` of a container: Unhealthy (Kubernetes 1.36, or the feature gate `ResourceHealthStatus`)',
    says: '{name} has a device that is unhealthy: {device} ({resource}) of {node}',
    mend: '`kubectl -n {namespace} delete pod {name}`: the next pod gets another device, or waits for one; then see to {node}',
    find: find.gpuUnhealthy,
  },
  {
    name: 'room-insufficient',
    shown: '`PodScheduled`: Insufficient cpu, memory or ephemeral-storage, or Too many pods',
    says: 'no node has room: {why}',
    mend: 'lower resources.requests of {component} in environments/{environment}.yaml, or add a node; ' + NODES + '; ' + SHARED,
    find: find.roomInsufficient,
  },
  {
    name: 'unschedulable',
    shown: '`PodScheduled` is False for any other reason',
    says: 'no node takes it: {why}',
    mend:
      'compare nodeSelector, nodeAffinity, tolerations and gpu.products of {component} with `kubectl get nodes --show-labels` and the taints of the nodes; ' +
      SHARED,
    find: find.unschedulable,
  },
  {
    name: 'volume-elsewhere',
    shown: 'event `FailedAttachVolume`: Multi-Attach error',
    says: 'its volume is attached to another node: {why}',
    mend: '`kubectl -n {namespace} get pods -o wide` shows the pod that has it, which must go first; a node that is gone for good: `kubectl delete node NAME`',
    find: find.volumeElsewhere,
  },
  {
    name: 'missing-secret',
    shown: 'event `FailedMount` or `CreateContainerConfigError`: secret … not found',
    says: 'the Secret {secret} is not there',
    mend: APPLY_SECRETS,
    find: find.missingSecret,
  },
  {
    name: 'missing-key',
    shown: "event `FailedMount`: non-existent secret key, or `CreateContainerConfigError`: couldn't find key",
    says: 'the Secret {secret} has no key {key}',
    mend: APPLY_SECRETS,
    find: find.missingKey,
  },
  {
    name: 'image-pull',
    shown: '`ErrImagePull`, `ImagePullBackOff`, `ErrImageNeverPull` or `InvalidImageName`',
    says: 'the image {image} cannot be pulled: {why}',
    mend: 'push it, or name another in environments/{environment}.yaml; a registry that asks who you are: imagePullSecrets; kind: `kind load docker-image {image}`',
    find: find.imagePull,
  },
  {
    name: 'out-of-memory',
    shown: '`OOMKilled`, now or within the last hour',
    says: '{container} needed more memory than it may have',
    mend: 'raise resources.limits.memory of {component} in environments/{environment}.yaml; of gunicorn, fewer workers need less',
    find: find.outOfMemory,
  },
  {
    name: 'migration-failed',
    shown: 'the newest migration Job is `Failed`; its pod or a pod that waits in `migrated` tells',
    says: 'the migration has failed: {line}',
    mend: 'mend it, and `npm run release {environment}`; all it said: ' + MIGRATION + '; docs/how-to/migrations.md',
    find: find.migrationFailed,
  },
  {
    name: 'migration-retrying',
    shown: '`migrated` waits, and a pod of the migration Job has failed',
    says: 'a try of the migration has failed, and another comes: {line}',
    mend: 'wait for its end; all it said: ' + MIGRATION,
    waits: true,
    find: find.migrationRetrying,
  },
  {
    name: 'migration-missing',
    shown: '`migrated` waits, and there is no migration Job, or it was done before the pod came',
    says: 'nobody applies the migrations of its image: {line}',
    mend: '`npm run release {environment}`',
    find: find.migrationMissing,
  },
  {
    name: 'migration-pending',
    shown: '`migrated` waits, and the migration Job is at work or done',
    says: 'waits for the migrations of its image: {line}',
    mend: 'wait; what the migration does: ' + MIGRATION,
    waits: true,
    find: find.migrationPending,
  },
  {
    name: 'disallowed-host',
    shown: 'event `Unhealthy`: statuscode: 400',
    says: 'Django refuses the host of the probe with 400 (DisallowedHost)',
    mend: 'let ALLOWED_HOSTS of settings.py have DJANGO_ALLOWED_HOSTS, which is django.hosts: docs/your-project.md',
    find: find.disallowedHost,
  },
  {
    name: 'starting',
    shown: 'event `Unhealthy`: Startup probe failed, without a status code, and no end so far',
    says: '{container} does not answer yet: {why}',
    mend: 'wait; what it does: ' + LOG,
    waits: true,
    find: find.starting,
  },
  {
    name: 'probe-failing',
    shown: 'event `Unhealthy`, and the container runs, or was ended for it',
    says: '{container} does not answer its probe: {why}',
    mend: LOG + ' says why; django.healthPath must answer 200 without the database',
    find: find.probeFailing,
  },
  {
    name: 'dns-missing',
    shown: 'the last end of Nginx: host not found in resolver',
    says: "{container} finds no DNS of the cluster's by the name {host}",
    mend: 'name its Service, or its address, as cluster.dns in environments/{environment}.yaml: docs/network.md#dns',
    find: find.dnsMissing,
  },
  {
    name: 'crash',
    shown: '`CrashLoopBackOff`, or a last end with another exit code than 0',
    says: '{container} ended with {code}: {line}',
    mend: LOG + ' shows all it said, with --previous what it said before',
    find: find.crash,
  },
  {
    name: 'quota',
    shown: '`ReplicaFailure` or event `FailedCreate`: exceeded quota',
    says: 'the quota {quota} is used up: {why}',
    mend: 'lower resources or replicas of {component} in environments/{environment}.yaml, or have the quota raised: `kubectl -n {namespace} describe quota`',
    find: find.quota,
  },
  {
    name: 'refused',
    shown: '`ReplicaFailure` or event `FailedCreate` for any other reason',
    says: 'the API server takes no pod of it: {why}',
    mend: 'the reason names who refuses: a LimitRange, Pod Security or a webhook of the cluster',
    find: find.refused,
  },
  {
    name: 'other',
    shown: 'not ready, with a warning that stands in no other row',
    says: '{why}',
    mend: '`kubectl -n {namespace} describe {kind} {name}`',
    find: find.other,
  },
];
