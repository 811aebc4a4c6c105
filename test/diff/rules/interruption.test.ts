import { merge } from '../../../constructs/finish';
import { container, deployment, lead, object } from './objects';

lead('downtime', [
  [
    'all pods are stopped first',
    deployment({ spec: { strategy: { type: 'Recreate' } } }),
    container({ image: 'a/b:2' }),
    /^all 2 pods stop before new ones start: no answer from then until the new ones are ready$/,
  ],
  ['no pod is wanted', deployment(), { spec: { replicas: 0 } }, /^no pod is left$/],
  [
    'the only pod of a StatefulSet is replaced',
    object('StatefulSet', container({})),
    container({ image: 'a/b:2' }),
    /^its only pod is replaced/,
  ],
  [
    'a Service leads elsewhere',
    object('Service', { spec: { selector: { a: 'b' } } }),
    { spec: { selector: { a: 'c' } } },
    /^leads elsewhere from one moment to the next: selector\.a: b → c$/,
  ],
  [
    'the operator restarts its only server',
    object('Cluster', { spec: { instances: 1, resources: { limits: { memory: '1Gi' } } } }),
    { spec: { resources: { limits: { memory: '2Gi' } } } },
    /^the operator may restart its only server/,
  ],
]);

lead('restart', [
  [
    'an annotation of pods',
    deployment(),
    { spec: { template: { metadata: { annotations: { a: 'b' } } } } },
    /^2 pods restart, each new one ready before an old one stops: \+ template\.metadata$/,
  ],
  [
    'pods of a StatefulSet',
    object('StatefulSet', merge(container({}), { spec: { replicas: 3 } }) as object),
    container({ image: 'a/b:2' }),
    /^3 pods restart, one by one, from the last: app image: a\/b:1 → 2$/,
  ],
  [
    'half of the pods may go',
    deployment({ spec: { replicas: 4, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '50%' } } } }),
    container({ image: 'a/b@sha256:1' }),
    /^4 pods restart, 2 at a time, stopped before the next one starts: app image: a\/b:1 → sha256:1$/,
  ],
]);
