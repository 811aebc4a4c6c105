/** What holds for every object of every environment. */
import { schemaProblems } from '../checks/schema';
import { versionLabel } from '../constructs/component';
import type { Manifest } from '../constructs/manifests';
import { follows } from './support/affinity';
import { ENVIRONMENTS } from './support/environments';
import { EXISTING_CLAIMS } from './support/matrix/factors/nginx';
import { containers, isWorkload, mounts, podSpec, template } from './support/pods';

const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** Above this, a CronJob or StatefulSet cannot name its pods. Source: kubernetes/kubernetes#64023. */
const LONGEST_NAME = 52;
const PROJECT_LABELS = ['instance', 'part-of', 'managed-by'].map((name) => `app.kubernetes.io/${name}`);
const COMPONENT_LABELS = [...PROJECT_LABELS, ...['name', 'component', 'version'].map((name) => `app.kubernetes.io/${name}`)];
const SELECTOR = ['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/component'].sort();

const labelsOf = ({ metadata }: Manifest) => metadata.labels ?? {};
/** Labels of pods that CloudNativePG makes for an object. Source: CloudNativePG, "Predefined labels". */
function operated({ kind, metadata: { name } }: Manifest): Record<string, string>[] {
  const labels: Readonly<Record<string, string>> = { Cluster: 'cnpg.io/cluster', Pooler: 'cnpg.io/poolerName' };
  return labels[kind] === undefined ? [] : [{ [labels[kind]]: name }];
}

const matches = (selector: Record<string, string>, labels: Record<string, string>) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** Every value in an object that stands under this key. */
function valuesOf(key: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(key, item));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([name, inner]) => (name === key ? [inner] : valuesOf(key, inner)));
}

/** One test for all of them, which names the one that fails: a test for each would take longer than what it does. */
function every(words: string, list: readonly Manifest[], holds: (object: Manifest) => void): void {
  test(`every ${words}`, () => {
    for (const object of list) {
      try {
        holds(object);
      } catch (error) {
        throw new Error(`${object.kind} ${object.metadata.name}: ${(error as Error).message}`, { cause: error });
      }
    }
  });
}

/** Each with each, and with itself. */
const pairs = <T>(list: readonly T[]): [T, T][] => list.flatMap((one) => list.map((other): [T, T] => [one, other]));

/** Of every pod, whoever it runs as. */
const GROUP = 10001;

describe.each(ENVIRONMENTS)('%s', (_name, rendered) => {
  const { objects } = rendered;
  const workloads = objects.filter(isWorkload);
  const namespace = rendered.objects.find(({ kind }) => kind === 'Namespace')?.metadata.name;

  test('no object stands twice', () => {
    const keys = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
    expect(keys).toEqual([...new Set(keys)]);
  });

  every('object is what the schema of its API takes', objects, (object) => {
    expect(schemaProblems(object)).toEqual([]);
  });

  every('object has a name that can be, its namespace, and labels that can be', objects, (object) => {
    expect(object.metadata.name).toMatch(NAME);
    if (isWorkload(object)) expect(object.metadata.name.length).toBeLessThanOrEqual(LONGEST_NAME);
    if (object.kind !== 'Namespace') expect(object.metadata.namespace).toBe(namespace);
    expect(Object.values(labelsOf(object)).filter((value) => !LABEL_VALUE.test(value))).toEqual([]);
    expect(Object.keys(labelsOf(object))).toEqual(expect.arrayContaining(PROJECT_LABELS));
  });

  every('object says its wave to Argo CD', objects, (object) => {
    expect(object.metadata.annotations?.['argocd.argoproj.io/sync-wave']).toMatch(/^-?\d$/);
  });

  every('object silences no linter', objects, ({ metadata }) => {
    const silencing = Object.keys(metadata.annotations ?? {}).filter((key) => /^(?:kube-score|checkov\.io|kubelinter|polaris)/.test(key));
    expect(silencing).toEqual([]);
  });

  every('object can be applied by plain kubectl, which keeps it in an annotation', objects, (object) => {
    expect(Buffer.byteLength(JSON.stringify(object))).toBeLessThan(262_144);
  });

  every('object holds no empty list, group or value where the API would forget it, and no path hash', objects, (object) => {
    const text = JSON.stringify(object);
    expect(text).not.toMatch(/"(?:nodeSelector|tolerations|ingress|egress|args|imagePullSecrets)":(?:\[\]|\{\})/);
    expect(text).not.toContain('"value":""');
    expect(text).not.toContain('cdk8s.io/');
  });

  test('no Secret is made, and no variable takes one', () => {
    expect(rendered.names('Secret')).toEqual([]);
    expect(objects.flatMap((object) => [...valuesOf('secretKeyRef', object), ...valuesOf('secretRef', object)])).toEqual([]);
  });

  every('workload has selectors without the version, and pods with all labels', workloads, (object) => {
    const { selector } = object.spec as { selector?: { matchLabels: Record<string, string> } };
    const { labels } = template(object).metadata;
    expect(Object.keys(labels)).toEqual(expect.arrayContaining(COMPONENT_LABELS));
    if (selector) {
      expect(Object.keys(selector.matchLabels).sort()).toEqual(SELECTOR);
      expect(matches(selector.matchLabels, labels)).toBe(true);
    }
  });

  test('every Service, budget and policy selects pods of just one workload', () => {
    const selectors = objects.flatMap((object): [string, Record<string, string>][] => {
      const spec = object.spec as
        { selector?: Record<string, unknown>; podSelector?: { matchLabels?: Record<string, string> } } | undefined;
      const name = `${object.kind} ${object.metadata.name}`;
      if (object.kind === 'Service') return [[name, spec?.selector as Record<string, string>]];
      if (object.kind === 'PodDisruptionBudget') return [[name, (spec?.selector as { matchLabels: Record<string, string> }).matchLabels]];
      return object.kind === 'NetworkPolicy' && spec?.podSelector?.matchLabels ? [[name, spec.podSelector.matchLabels]] : [];
    });
    const pods = [...workloads.map((object) => template(object).metadata.labels), ...objects.flatMap(operated)];
    const wrong = selectors.filter(([, selector]) => pods.filter((labels) => matches(selector, labels)).length !== 1);
    expect(wrong).toEqual([]);
  });

  every('workload runs pods that the "restricted" standard takes, without a token', workloads, (object) => {
    const spec = podSpec(object);
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    for (const one of containers(object)) {
      expect(one.securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        runAsUser: 10001,
      });
    }
    expect(valuesOf('hostPath', spec)).toEqual([]);
  });

  every('workload has its own ServiceAccount', workloads, (object) => {
    expect(rendered.names('ServiceAccount')).toContain(podSpec(object).serviceAccountName);
  });

  every('workload has requests and limits for all that it uses, and pinned images', workloads, (object) => {
    for (const { resources, image, env = [] } of containers(object)) {
      for (const amounts of [resources.requests, resources.limits]) {
        expect(Object.keys(amounts)).toEqual(expect.arrayContaining(['cpu', 'memory', 'ephemeral-storage']));
      }
      expect(versionLabel(image)).not.toMatch(/^(?:latest|unknown)$/);
      expect(env.map((variable) => variable.name)).toEqual([...new Set(env.map((variable) => variable.name))]);
    }
  });

  every('workload mounts volumes that it has, and has none that it does not mount', workloads, (object) => {
    const mounted = containers(object).flatMap(({ volumeMounts = [] }) => volumeMounts.map((mount) => mount.name));
    const own = (podSpec(object).volumes ?? []).map((volume) => volume.name);
    expect([...new Set(mounted)].sort()).toEqual([...own].sort());
  });

  test('every ConfigMap and claim that a pod refers to is there, and every ConfigMap is used', () => {
    const volumes = workloads.flatMap((object) => podSpec(object).volumes ?? []);
    const maps = volumes.flatMap(({ configMap, projected }) => [
      configMap?.name,
      ...(projected?.sources.map((source) => source.configMap.name) ?? []),
    ]);
    const claims = volumes.flatMap(({ persistentVolumeClaim }) => (persistentVolumeClaim ? [persistentVolumeClaim.claimName] : []));
    expect([...new Set(maps.filter((name) => name !== undefined))].sort()).toEqual(rendered.names('ConfigMap').sort());
    expect([...rendered.names('PersistentVolumeClaim'), ...EXISTING_CLAIMS]).toEqual(expect.arrayContaining(claims));
  });

  every('pod that is the first at a volume of the release gives it to the group of those that write', workloads, (object) => {
    const claims = rendered.names('PersistentVolumeClaim');
    expect(podSpec(object).securityContext.fsGroup).toBe(GROUP);
    for (const { persistentVolumeClaim: claim } of podSpec(object).volumes ?? []) {
      if (claim && claims.includes(claim.claimName)) expect(claim.readOnly).toBeUndefined();
    }
  });

  test('pods that mount a volume of one node go to that node, the first of them to any, and nobody waits for a pod that may be elsewhere', () => {
    const ofOneNode = objects.filter(
      ({ kind, spec }) => kind === 'PersistentVolumeClaim' && !(spec as { accessModes: string[] }).accessModes.includes('ReadWriteMany'),
    );
    const mounting = ofOneNode.map(({ metadata: { name } }) => workloads.filter((object) => mounts(template(object), name)));
    const shared = mounting.filter(({ length }) => length > 1);
    expect(shared.flat().map(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'])).toEqual(
      expect.arrayContaining(['migrate', 'backup', 'drill']),
    );
    const apart = shared.flatMap((those) => pairs(those).filter(([one, other]) => !follows(template(one), template(other))));
    const oneSided = pairs(workloads).filter(
      ([one, other]) => follows(template(one), template(other)) && !follows(template(other), template(one)),
    );
    expect([apart, oneSided].map((list) => list.map((pair) => pair.map(({ metadata }) => metadata.name)))).toEqual([[], []]);
  });

  every(
    'Deployment and StatefulSet has probes on ports that it names',
    workloads.filter(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind)),
    (object) => {
      for (const { ports = [], startupProbe, readinessProbe, livenessProbe } of podSpec(object).containers) {
        for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
          expect(probe).toBeDefined();
          const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
          if (port !== undefined) expect(ports.map((one) => one.name)).toContain(port);
        }
      }
      for (const init of podSpec(object).initContainers ?? []) expect(init).not.toHaveProperty('readinessProbe');
    },
  );

  test('GPUs are asked for by no container but Gunicorn', () => {
    const asking = workloads
      .flatMap(containers)
      .filter(({ resources }) => Object.keys(resources.limits).some((key) => key.startsWith('nvidia.com/')));
    expect(asking.filter(({ name }) => name !== 'gunicorn')).toEqual([]);
  });
});
