/** What holds for every object of every environment. */
import { schemaProblems } from '../checks/schema';
import { versionLabel } from '../constructs/component';
import type { Manifest } from '../constructs/manifests';
import { ENVIRONMENTS } from './support/environments';
import { EXISTING_CLAIMS } from './support/matrix/factors/nginx';
import { containers, isWorkload, podSpec, template } from './support/pods';

const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** Above this, a CronJob or StatefulSet cannot name its pods. Source: kubernetes/kubernetes#64023. */
const LONGEST_NAME = 52;
const PROJECT_LABELS = ['instance', 'part-of', 'managed-by'].map((name) => `app.kubernetes.io/${name}`);
const COMPONENT_LABELS = [...PROJECT_LABELS, ...['name', 'component', 'version'].map((name) => `app.kubernetes.io/${name}`)];
const SELECTOR = ['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/component'].sort();

const labelsOf = ({ metadata }: Manifest) => metadata.labels ?? {};
const matches = (selector: Record<string, string>, labels: Record<string, string>) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** Every value in an object that stands under this key. */
function valuesOf(key: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(key, item));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([name, inner]) => (name === key ? [inner] : valuesOf(key, inner)));
}

describe.each(ENVIRONMENTS)('%s', (_name, rendered) => {
  const { objects } = rendered;
  const workloads = objects.filter(isWorkload);
  const each = (list: readonly Manifest[]) => list.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const);
  const namespace = rendered.objects.find(({ kind }) => kind === 'Namespace')?.metadata.name;

  test('no object stands twice', () => {
    const keys = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
    expect(keys).toEqual([...new Set(keys)]);
  });

  test.each(each(objects))('%s is what the schema of its API takes', (_name, object) => {
    expect(schemaProblems(object)).toEqual([]);
  });

  test.each(each(objects))('%s has a name that can be, its namespace, and labels that can be', (_name, object) => {
    expect(object.metadata.name).toMatch(NAME);
    if (isWorkload(object)) expect(object.metadata.name.length).toBeLessThanOrEqual(LONGEST_NAME);
    if (object.kind !== 'Namespace') expect(object.metadata.namespace).toBe(namespace);
    expect(Object.values(labelsOf(object)).filter((value) => !LABEL_VALUE.test(value))).toEqual([]);
    expect(Object.keys(labelsOf(object))).toEqual(expect.arrayContaining(PROJECT_LABELS));
  });

  test.each(each(objects))('%s says its wave to Argo CD', (_name, object) => {
    expect(object.metadata.annotations?.['argocd.argoproj.io/sync-wave']).toMatch(/^-?\d$/);
  });

  test.each(each(objects))('%s silences no linter', (_name, { metadata }) => {
    const silencing = Object.keys(metadata.annotations ?? {}).filter((key) => /^(?:kube-score|checkov\.io|kubelinter|polaris)/.test(key));
    expect(silencing).toEqual([]);
  });

  test.each(each(objects))('%s can be applied by plain kubectl, which keeps it in an annotation', (_name, object) => {
    expect(Buffer.byteLength(JSON.stringify(object))).toBeLessThan(262_144);
  });

  test.each(each(objects))('%s holds no empty list or group where the API would forget it, and no path hash', (_name, object) => {
    const text = JSON.stringify(object);
    expect(text).not.toMatch(/"(?:nodeSelector|tolerations|ingress|egress|args|imagePullSecrets)":(?:\[\]|\{\})/);
    expect(text).not.toContain('cdk8s.io/');
  });

  test('no Secret is made, and no variable takes one', () => {
    expect(rendered.names('Secret')).toEqual([]);
    expect(objects.flatMap((object) => [...valuesOf('secretKeyRef', object), ...valuesOf('secretRef', object)])).toEqual([]);
  });

  test.each(each(workloads))('%s has selectors without the version, and pods with all labels', (_name, object) => {
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
    const wrong = selectors.filter(
      ([, selector]) => workloads.filter((object) => matches(selector, template(object).metadata.labels)).length !== 1,
    );
    expect(wrong).toEqual([]);
  });

  test.each(each(workloads))('%s runs pods that the "restricted" standard takes, without a token', (_name, object) => {
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

  test.each(each(workloads))('%s has its own ServiceAccount', (_name, object) => {
    expect(rendered.names('ServiceAccount')).toContain(podSpec(object).serviceAccountName);
  });

  test.each(each(workloads))('%s has requests and limits for all that it uses, and pinned images', (_name, object) => {
    for (const { resources, image, env = [] } of containers(object)) {
      for (const amounts of [resources.requests, resources.limits]) {
        expect(Object.keys(amounts)).toEqual(expect.arrayContaining(['cpu', 'memory', 'ephemeral-storage']));
      }
      expect(versionLabel(image)).not.toMatch(/^(?:latest|unknown)$/);
      expect(env.map((variable) => variable.name)).toEqual([...new Set(env.map((variable) => variable.name))]);
    }
  });

  test.each(each(workloads))('%s mounts volumes that it has, and has none that it does not mount', (_name, object) => {
    const mounted = containers(object).flatMap(({ volumeMounts = [] }) => volumeMounts.map((mount) => mount.name));
    const claimed = ((object.spec as { volumeClaimTemplates?: { metadata: { name: string } }[] }).volumeClaimTemplates ?? []).map(
      (claim) => claim.metadata.name,
    );
    const own = (podSpec(object).volumes ?? []).map((volume) => volume.name);
    expect([...new Set(mounted)].sort()).toEqual([...own, ...claimed].sort());
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

  test.each(each(workloads.filter(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind))))(
    '%s has probes on ports that it names',
    (_name, object) => {
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
