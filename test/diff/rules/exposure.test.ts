import { consequences } from '../../../diff/consequences';
import { container, deployment, lead, object, pod } from './objects';

lead('exposure', [
  [
    'pods read a key of a Secret',
    deployment(),
    pod({ volumes: [{ name: 's', secret: { secretName: 'keys' } }] }),
    /^its pods read keys of Secrets$/,
  ],
  [
    'a variable comes from a Secret',
    deployment(),
    container({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'a' } } }] }),
    /^its pods read keys and a of Secrets$/,
  ],
  [
    'pods share the network of their node',
    deployment(),
    pod({ hostNetwork: true }),
    /^its pods may do something else: hostNetwork: \+ true$/,
  ],
  [
    'a container is privileged',
    deployment(),
    container({ securityContext: { privileged: true } }),
    /^its pods may do something else: \+ containers\.app\.securityContext$/,
  ],
  [
    'a container beside the others is',
    deployment(),
    pod({ containers: [{ name: 'other', securityContext: { privileged: true } }] }),
    /^its pods may do something else: \+ containers\.other$/,
  ],
  [
    'a namespace lets pods do more',
    object('Namespace', {}, { 'pod-security.kubernetes.io/enforce': 'restricted' }),
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } } },
    /enforce restricted → baseline$/,
  ],
  [
    'a role may do more',
    object('Role', { rules: [{ verbs: ['get'] }] }),
    { rules: [{ verbs: ['*'] }] },
    /^gives other rights: rules\.0\.verbs\.0: get → \*$/,
  ],
  [
    'another host is routed',
    object('Ingress', { spec: { rules: [{ host: 'a.example.com' }] } }),
    { spec: { rules: [{ host: 'b.example.com' }] } },
    /^leads visitors: rules\.0\.host: a\.example\.com → b\.example\.com$/,
  ],
]);

const GETS = { verbs: ['get', 'list'], resources: ['secrets'], resourceNames: ['keys'] };
const BINDING = { roleRef: { kind: 'ClusterRole', name: 'admin' }, subjects: [{ kind: 'ServiceAccount', name: 'shop' }] };

test.each([
  ['Role', { rules: [GETS, { verbs: ['*'], resources: ['pods'] }] }, 'get and list secrets (keys), * pods'],
  ['ClusterRole', { rules: [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }] }, 'get /metrics'],
  ['RoleBinding', BINDING, 'ServiceAccount shop what ClusterRole admin allows'],
  ['ClusterRoleBinding', BINDING, 'ServiceAccount shop what ClusterRole admin allows'],
])('the rights that a %s gives are told when it comes and when it goes', (kind, fields, rights) => {
  const all = [object(kind, fields)];
  const told = (before: typeof all, after: typeof all) => consequences(before, after).map((one) => `${one.class}: ${one.says}`);
  expect(told([], all)).toEqual([`exposure: is new: it allows ${rights}`]);
  expect(told(all, [])).toEqual([`exposure: is no longer in the manifests: where it is removed, it no longer allows ${rights}`]);
});

test('a ServiceAccount that comes is no exposure, as every new release brings some', () => {
  expect(consequences([], [object('ServiceAccount', {})]).map((one) => one.class)).toEqual(['in-place']);
});

test.each<[string, object, readonly string[]]>([
  [
    'may do what others may',
    { containers: [{ name: 'app', securityContext: { privileged: false, capabilities: { drop: ['ALL'] } } }] },
    [],
  ],
  [
    'may do more',
    {
      hostNetwork: true,
      containers: [{ name: 'app', securityContext: { privileged: true, capabilities: { add: ['NET_ADMIN'] } }, ports: [{ hostPort: 80 }] }],
    },
    [
      'hostNetwork: + true, containers.app.securityContext.privileged: + true, containers.app.securityContext.capabilities.add.0: + NET_ADMIN, containers.app.ports.0.hostPort: + 80',
    ],
  ],
])('pods that are new and %s are told so', (_what, spec, expected) => {
  const found = consequences([], [object('Deployment', { spec: { template: { spec } } })]).filter((one) => one.class === 'exposure');
  expect(found.map(({ says }) => says)).toEqual(expected.map((what) => `its pods may do what others may not: ${what}`));
});
