import { keepReplicas } from '../../../cli/release/replicas';
import type { Asking } from '../../../cli/kubectl';
import type { Manifest } from '../../../constructs/manifests';

const deployment = (name: string, spec: object, last?: object): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name,
    annotations: last && { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(deployment(name, last)) },
  },
  spec,
});

/** What kubectl is asked to do, where these run. */
async function asked(running: readonly Manifest[], manifests: readonly Manifest[]) {
  const done: { readonly args: readonly string[]; readonly object?: Manifest }[] = [];
  const kubectl: Asking = {
    run: (args, options) => {
      done.push({ args, object: options?.input === undefined ? undefined : (JSON.parse(options.input) as Manifest) });
      return Promise.resolve('');
    },
    json: <T>(...args: readonly string[]) =>
      Promise.resolve({ items: running.filter(({ metadata }) => args.at(-1) === `metadata.name=${metadata.name}`) } as T),
  };
  await keepReplicas(kubectl, manifests);
  return done;
}

const AUTOSCALED = deployment('shop-gunicorn', { paused: false });

test('a number that was given and is not any more is forgotten, and nothing else of what was applied', async () => {
  const running = deployment('shop-gunicorn', { replicas: 4 }, { replicas: 3, minReadySeconds: 5 });
  const [{ args, object } = { args: [], object: AUTOSCALED }, ...more] = await asked([running], [AUTOSCALED]);
  expect(more).toEqual([]);
  expect(args).toEqual(['apply', 'set-last-applied', '--filename', '-']);
  expect(object).toEqual(deployment('shop-gunicorn', { minReadySeconds: 5 }));
});

test('one that somebody has stopped gets the least number of its autoscaler, which would leave it alone', async () => {
  const spec = { minReplicas: 2, scaleTargetRef: { name: 'shop-gunicorn' } };
  const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'shop-gunicorn' }, spec };
  const running = (replicas: number) => [deployment('shop-gunicorn', { replicas }, {})];
  expect(await asked(running(0), [AUTOSCALED, autoscaler])).toEqual([{ args: ['scale', 'deployment/shop-gunicorn', '--replicas=2'] }]);
  expect(await asked(running(5), [AUTOSCALED, autoscaler])).toEqual([]);
});

test.each([
  ['a number is given still', [deployment('shop-gunicorn', {}, { replicas: 3 })], deployment('shop-gunicorn', { replicas: 2 })],
  ['none was given', [deployment('shop-gunicorn', { replicas: 3 }, { paused: false })], AUTOSCALED],
  ['nothing was applied by kubectl', [deployment('shop-gunicorn', { replicas: 3 })], AUTOSCALED],
  ['nothing runs', [], AUTOSCALED],
  ['it is no Deployment', [deployment('shop-gunicorn', {}, { replicas: 3 })], { ...AUTOSCALED, kind: 'StatefulSet' }],
])('nothing is done where %s', async (_what, running, manifest) => {
  expect(await asked(running, [manifest])).toEqual([]);
});
