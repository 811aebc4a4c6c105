/** Who can connect to whom, and what the API server says of the pods. */
import { readdirSync } from 'node:fs';
import { kubectl, type Pod } from './support/kubectl';
import { Release } from './support/release';
import { reaches, serving } from './support/visitor';

const release = new Release('dev');
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
const CLIENTS = ['nginx', 'gunicorn', 'postgres', 'migrate', 'backup'] as const;

beforeAll(() => serving(release));

const address = (component: string) => release.ready(component)[0]?.status.podIP ?? '';
const targets = Object.entries(PORTS).flatMap(([component, ports]) => ports.map((port) => ({ component, port })));

/** A pod that carries the labels of a component, and so its network policies, and tries each target. */
function tried(component: (typeof CLIENTS)[number]): boolean[] {
  const name = `probe-${component}`;
  const [model] = release.pods('gunicorn') as [
    Pod & { spec: { containers: [{ image: string; securityContext: object }]; securityContext: object } },
  ];
  const software = { nginx: 'nginx', gunicorn: 'django', migrate: 'django', postgres: 'postgresql', backup: 'postgresql' }[component];
  const program = `import socket,sys,json
def reach(a):
    try: socket.create_connection((a[0], a[1]), 3).close(); return True
    except OSError: return False
import time; time.sleep(3)
print(json.dumps([reach(a) for a in json.loads(sys.argv[1])]))`;
  const { image, securityContext } = model.spec.containers[0];
  const addresses = JSON.stringify(targets.map((target) => [address(target.component), target.port]));
  release.kubectl('delete', 'pod', name, '--ignore-not-found');
  release.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: { 'app.kubernetes.io/name': software, 'app.kubernetes.io/instance': 'shop', 'app.kubernetes.io/component': component },
    },
    spec: {
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      securityContext: model.spec.securityContext,
      // Never ready, so that no Service sends it requests.
      containers: [
        {
          name,
          image,
          imagePullPolicy: 'IfNotPresent',
          securityContext,
          command: ['python3', '-c', program, addresses],
          readinessProbe: { exec: { command: ['false'] } },
        },
      ],
    },
  });
  release.kubectl('wait', `pod/${name}`, '--for=jsonpath={.status.phase}=Succeeded', '--timeout=120s');
  const result = JSON.parse(release.kubectl('logs', name)) as boolean[];
  release.kubectl('delete', 'pod', name, '--wait=false');
  return result;
}

test('between every two components, and from outside, just the edges that the stack uses are open', () => {
  const outside = reaches(targets.map(({ component, port }) => ({ address: address(component), port })));
  const found = [
    ...CLIENTS.flatMap((client) => tried(client).map((open, index) => [client, targets[index], open] as const)),
    ...outside.map((open, index) => ['outsider', targets[index], open] as const),
  ];
  const open = found.filter(([, , is]) => is).map(([client, target]) => `${client} > ${target?.component}:${target?.port}`);
  expect(open.sort()).toEqual([...OPEN].sort());
});

test.each(['dev', 'prod'])('every object of dist/%s passes the API server strictly, without a warning', (environment) => {
  const folder = `${__dirname}/../../dist/${environment}`;
  const namespace = `shop-${environment}-dry`;
  kubectl(['create', 'namespace', namespace]);
  try {
    kubectl([
      'label',
      'namespace',
      namespace,
      'pod-security.kubernetes.io/enforce=restricted',
      'pod-security.kubernetes.io/warn=restricted',
    ]);
    for (const file of readdirSync(folder)) {
      const text = kubectl(['create', '--dry-run=client', '--output=json', '--filename', `${folder}/${file}`]).replaceAll(
        `"namespace": "shop-${environment}"`,
        `"namespace": "${namespace}"`,
      );
      const output = kubectl(
        ['apply', '--server-side', '--dry-run=server', '--validate=strict', '--warnings-as-errors', '--filename', '-'],
        text,
      );
      expect(output).toMatch(/serverside-applied/);
    }
  } finally {
    kubectl(['delete', 'namespace', namespace, '--wait=false']);
  }
});
