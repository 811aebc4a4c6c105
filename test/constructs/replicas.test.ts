import { podSpec } from '../support/pods';
import { problems, render } from '../support/stack';

describe('pods of Gunicorn', () => {
  test('there are as many as the file says, two by default', () => {
    expect(render().find('Deployment', 'shop-gunicorn')).toHaveProperty('spec.replicas', 2);
    expect(render({ gunicorn: { replicas: 3 } }).find('Deployment', 'shop-gunicorn')).toHaveProperty('spec.replicas', 3);
    expect(render({ gunicorn: { replicas: 3 } }).names('HorizontalPodAutoscaler')).toEqual([]);
  });

  test('with a smallest and a largest number an autoscaler chooses', () => {
    const rendered = render({ gunicorn: { replicas: { min: 2, max: 5, cpu: 60 } } });
    expect(rendered.find('HorizontalPodAutoscaler', 'shop-gunicorn').spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop-gunicorn' },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }],
    });
  });

  test('an apply does not undo what the autoscaler chose', () => {
    expect(render({ gunicorn: { replicas: { min: 2, max: 5 } } }).find('Deployment', 'shop-gunicorn')).not.toHaveProperty('spec.replicas');
  });

  test('the autoscaler adds pods at 70 per cent of the CPU request by default', () => {
    const { spec } = render({ gunicorn: { replicas: { min: 2, max: 5 } } }).find('HorizontalPodAutoscaler', 'shop-gunicorn');
    expect(spec).toHaveProperty('metrics.0.resource.target.averageUtilization', 70);
  });

  test('fails when the smallest number is above the largest', () => {
    expect(() => render({ gunicorn: { replicas: { min: 3, max: 2 } } })).toThrow('gunicorn.replicas.min: must not be above max');
    expect(() => render({ gunicorn: { replicas: 0 } })).toThrow('gunicorn.replicas');
  });

  test('a release starts a new pod before it stops an old one', () => {
    expect(render().find('Deployment', 'shop-gunicorn')).toHaveProperty('spec.strategy', {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
  });

  test('fails when Postgres takes fewer connections than all threads may open', () => {
    const text = (connections: number) => `
release: shop
image: shop:1
django: { project: a, hosts: [a.example.com] }
gunicorn: { replicas: 4, workers: 3, threads: 5 }
postgres: { storage: 1Gi, maxConnections: ${connections} }`;
    expect(problems(text(82))).toEqual([]);
    expect(problems(text(81))).toEqual([expect.stringContaining('postgres.maxConnections: must be at least 82, got 81')]);
  });
});

describe('pods of Nginx', () => {
  test('there are as many as the file says, two by default', () => {
    expect(render().find('Deployment', 'shop-nginx')).toHaveProperty('spec.replicas', 2);
    expect(render({ nginx: { replicas: 5 } }).find('Deployment', 'shop-nginx')).toHaveProperty('spec.replicas', 5);
  });

  test('a release leaves no gap', () => {
    expect(render().find('Deployment', 'shop-nginx')).toHaveProperty('spec.strategy', {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
  });
});

describe.each([
  ['gunicorn', 'shop-gunicorn'],
  ['nginx', 'shop-nginx'],
])('%s on several nodes', (section, name) => {
  const labels = render().find('Service', name).spec as { selector: object };

  test('a drain of nodes takes one pod at a time, a sick one always', () => {
    expect(render({ [section]: { replicas: 2 } }).find('PodDisruptionBudget', name).spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  test('a single pod has no budget, which would block every drain', () => {
    expect(render({ [section]: { replicas: 1 } }).names('PodDisruptionBudget')).not.toContain(name);
  });

  test('pods prefer different nodes and zones, and start where there are none', () => {
    expect(podSpec(render().find('Deployment', name))).toMatchObject({
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
