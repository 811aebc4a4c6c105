/** Who can connect to whom. */
import { PATIENTLY, type Pod } from './support/kubectl';
import { CONNECT } from './support/connect';
import { Release } from './support/release';
import { reaches, serving } from './support/visitor';

const release = Release.shared();
const PORTS = { nginx: [8080, 8443, 8081], gunicorn: [8000], postgres: [5432] } as const;
const OPEN = [
  'nginx > gunicorn:8000',
  'gunicorn > postgres:5432',
  'migrate > postgres:5432',
  'backup > postgres:5432',
  'outsider > nginx:8080',
  'outsider > nginx:8443',
];
/** A pod of each component that has a shell; jobs are stood in for by a pod with their labels. */
const CLIENTS = ['nginx', 'gunicorn', 'postgres', 'migrate', 'backup', 'drill'] as const;

beforeAll(() => serving(release));

const SOFTWARE = {
  nginx: 'nginx',
  gunicorn: 'django',
  migrate: 'django',
  postgres: 'postgresql',
  backup: 'postgresql',
  drill: 'postgresql',
} as const;
interface Target {
  readonly component: string;
  readonly address: string;
  readonly port: number;
}

/** Starts a pod with the labels of a component, and so under its network policies, which tries each target. */
function send(component: (typeof CLIENTS)[number], targets: readonly Target[]): void {
  const [model] = release.ready('gunicorn') as [
    Pod & { spec: { containers: [{ image: string; securityContext: object }]; securityContext: object } },
  ];
  const { image, securityContext } = model.spec.containers[0];
  const addresses = JSON.stringify(targets.map(({ address, port }) => [address, port]));
  // Never ready, so that no Service sends it requests.
  const readinessProbe = { exec: { command: ['false'] } };
  const command = ['python3', '-c', CONNECT, addresses];
  const labels = {
    'app.kubernetes.io/name': SOFTWARE[component],
    'app.kubernetes.io/instance': release.release,
    'app.kubernetes.io/component': component,
  };
  release.kubectl('delete', 'pod', `probe-${component}`, '--ignore-not-found');
  release.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `probe-${component}`, labels },
    spec: {
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      securityContext: model.spec.securityContext,
      containers: [{ name: 'probe', image, imagePullPolicy: 'IfNotPresent', securityContext, command, readinessProbe }],
    },
  });
}

/** What it found, for each target. */
function result(component: (typeof CLIENTS)[number]): boolean[] {
  const name = `probe-${component}`;
  release.kubectl('wait', `pod/${name}`, '--for=jsonpath={.status.phase}=Succeeded', PATIENTLY);
  const found = JSON.parse(release.kubectl('logs', name)) as boolean[];
  release.kubectl('delete', 'pod', name, '--wait=false');
  return found;
}

test('between every two components, and from outside, just the edges that the stack uses are open', () => {
  const targets = Object.entries(PORTS).flatMap(([component, ports]) => {
    const address = release.ready(component)[0]?.status.podIP ?? '';
    return ports.map((port): Target => ({ component, address, port }));
  });
  for (const client of CLIENTS) send(client, targets);
  const named = (client: string) => (open: boolean, index: number) =>
    open ? [`${client} > ${targets[index]?.component}:${targets[index]?.port}`] : [];
  const open = [...CLIENTS.flatMap((client) => result(client).flatMap(named(client))), ...reaches(targets).flatMap(named('outsider'))];
  expect(open.sort()).toEqual([...OPEN].sort());
});
