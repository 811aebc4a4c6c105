import { podSpec } from '../support/pods';
import { problems, render } from '../support/stack';

describe.each([
  ['gunicorn', 'shop-gunicorn'],
  ['nginx', 'shop-nginx'],
])('pods of %s', (section, name) => {
  const rendered = (replicas: unknown) => render({ [section]: { replicas } });

  test('are as many as the file says, two by default', () => {
    expect(render().find('Deployment', name)).toHaveProperty('spec.replicas', 2);
    expect(rendered(3).find('Deployment', name)).toHaveProperty('spec.replicas', 3);
    expect(rendered(3).names('HorizontalPodAutoscaler')).toEqual([]);
  });

  test('with a smallest and a largest number an autoscaler chooses', () => {
    const autoscaler = rendered({ min: 2, max: 5, cpu: 60 }).find('HorizontalPodAutoscaler', name);
    expect(autoscaler.spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }],
    });
    expect(autoscaler.metadata.annotations).toMatchObject({ 'argocd.argoproj.io/sync-wave': '1' });
  });

  test('an apply does not undo what the autoscaler chose', () => {
    expect(rendered({ min: 2, max: 5 }).find('Deployment', name)).not.toHaveProperty('spec.replicas');
  });

  test('the autoscaler adds pods at 70 per cent of the CPU request by default', () => {
    const { spec } = rendered({ min: 2, max: 5 }).find('HorizontalPodAutoscaler', name);
    expect(spec).toHaveProperty('metrics.0.resource.target.averageUtilization', 70);
  });

  test('fails when the smallest number is above the largest', () => {
    expect(() => rendered({ min: 3, max: 2 })).toThrow(`${section}.replicas.min: must not be above max`);
    expect(() => rendered(0)).toThrow(`${section}.replicas`);
  });

  test('a drain leaves one of the fewest, where there are two', () => {
    expect(rendered({ min: 2, max: 5 }).names('PodDisruptionBudget')).toContain(name);
    expect(rendered({ min: 1, max: 5 }).names('PodDisruptionBudget')).not.toContain(name);
  });

  test('a release starts a new pod before it stops an old one', () => {
    expect(render().find('Deployment', name)).toHaveProperty('spec.strategy', {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
  });
});

test('fails when Postgres takes fewer connections than all threads may open', () => {
  const text = (connections: number) => `
release: shop
image: shop:1
django: { project: a, hosts: [a.example.com] }
gunicorn: { replicas: 4, workers: 3, threads: 5 }
postgres: { storage: 1Gi, maxConnections: ${connections} }`;
  expect(problems(text(83))).toEqual([]);
  expect(problems(text(82))).toEqual([expect.stringContaining('postgres.maxConnections: must be at least 83, got 82')]);
});

describe.each([
  ['shop-gunicorn', (gunicorn: object) => ({ gunicorn })],
  ['shop-nginx', (nginx: object) => ({ nginx })],
  ['shop-pooler', (pooler: object) => ({ postgres: { pooler } })],
])('%s on several nodes', (name, changes) => {
  const rendered = render(changes({}));
  const labels = rendered.find('Service', name).spec as { selector: object };

  test('a drain of nodes takes one pod at a time, a sick one always', () => {
    expect(render(changes({ replicas: 2 })).find('PodDisruptionBudget', name).spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  test('a single pod has no budget, which would block every drain', () => {
    expect(render(changes({ replicas: 1 })).names('PodDisruptionBudget')).not.toContain(name);
  });

  test('pods prefer different nodes and zones, and start where there are none', () => {
    expect(podSpec(rendered.find('Deployment', name))).toMatchObject({
      affinity: {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels.selector } } },
          ],
        },
      },
      topologySpreadConstraints: [
        {
          topologyKey: 'topology.kubernetes.io/zone',
          maxSkew: 1,
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: labels.selector },
        },
      ],
    });
  });
});
