import { z } from 'zod';
import { dnsLabel, image, labelKey, labelValue, sitePath } from '../names';
import { duration, listOf, oneOf, section, wholeNumber, type Meta } from '../types';
import { gpu } from './gpu';
import { nodeAffinity } from './node-affinity';
import { replicas } from './replicas';
import { resources } from './resources';

const toleration = section({
  key: z
    .string({ error: 'must be a text' })
    .optional()
    .meta({ description: 'Key of the taint.', derivedDefault: 'every key' } satisfies Meta),
  operator: oneOf('Exists', 'Equal')
    .optional()
    .meta({ description: 'How the value is compared.', derivedDefault: '`Equal` with a value, otherwise `Exists`' } satisfies Meta),
  value: z
    .string({ error: 'must be a text' })
    .optional()
    .meta({ description: 'Value of the taint.', derivedDefault: 'none' } satisfies Meta),
  effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute')
    .optional()
    .meta({
      description: 'Effect of the taint.',
      derivedDefault: 'every effect',
    } satisfies Meta),
})
  .superRefine(({ key, operator, value }, context) => {
    const refuse = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    if (operator === 'Exists' && value !== undefined) refuse('value', 'cannot stand beside operator Exists, which takes every value');
    if (value !== undefined && key === undefined) refuse('key', 'is missing: a value belongs to a key');
    if (operator === 'Equal' && value === undefined) refuse('value', 'is missing: operator Equal compares with it');
  })
  .transform(({ operator, ...rest }) => ({ ...rest, operator: operator ?? (rest.value === undefined ? 'Exists' : 'Equal') }));

/** Settings that all pods of Gunicorn have, those of the site and those of a group. */
const pods = {
  replicas: replicas(),
  workers: wholeNumber(1, 64)
    .optional()
    .meta({
      description: 'Processes in each pod (`-w`).',
      derivedDefault: 'one for each GPU, or without any the CPU limit, at least 2',
    } satisfies Meta),
  threads: wholeNumber(1, 128)
    .optional()
    .meta({
      description: 'Threads in each worker; each may hold a database connection.',
      derivedDefault: '4; with `django.interface: asgi` workers have none',
    } satisfies Meta),
  pool: wholeNumber(1, 128)
    .optional()
    .meta({
      description:
        'With `django.interface: asgi`, database connections of each worker: `POSTGRES_POOL_SIZE`, for `OPTIONS` of the project.',
      derivedDefault: '4',
    } satisfies Meta),
  timeout: duration('5s', '1h')
    .prefault('60s')
    .meta({ description: 'Time without a sign of life after which a worker is replaced.' } satisfies Meta),
  gracefulTimeout: duration('1s', '1h')
    .prefault('30s')
    .meta({
      description: 'Time that running requests get to finish when a pod stops.',
    } satisfies Meta),
  maxRequests: wholeNumber(0, 1_000_000)
    .optional()
    .meta({
      description: 'Requests after which a worker is replaced, give or take a tenth; 0 for never.',
      derivedDefault:
        '20000, or never with a GPU, where a new worker would load its model again, or with asgi, where it would end websockets',
    } satisfies Meta),
  queue: wholeNumber(0, 10_000)
    .optional()
    .meta({
      description:
        'Requests that may wait at each pod besides those that it works on; when no pod takes one more, Nginx answers 503 with `Retry-After`.',
      derivedDefault: 'no limit',
    } satisfies Meta),
  gpu,
  resources: resources('the container', {
    requests: { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '256Mi' },
    limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '1Gi' },
  }),
  nodeSelector: z
    .record(labelKey(), labelValue(), { error: 'must be a group of node labels' })
    .default({})
    .meta({ description: 'Labels of the nodes that may run the pods.', expected: 'texts by name' } satisfies Meta),
  nodeAffinity,
  tolerations: listOf(toleration, 'tolerations')
    .default([])
    .meta({
      description: 'Taints that the pods tolerate, besides that of GPU nodes.',
    } satisfies Meta),
};

const group = section({
  name: dnsLabel()
    .refine((name) => !/(?:^|-)[0-9a-f]{8}$/.test(name), { error: 'must not end like a hash, with eight digits from 0 to f' })
    .meta({ description: 'Name of the group: its objects are called `<release>-gunicorn-<name>`.' } satisfies Meta),
  paths: listOf(
    sitePath().refine((path) => path !== '/', { error: 'must lie below /, which the pods of `gunicorn` itself answer' }),
    'paths such as /predict/',
  )
    .min(1, { error: 'must name at least one path' })
    .meta({ description: 'Paths, with all below them, that the pods of the group answer.' } satisfies Meta),
  image: image()
    .optional()
    .meta({ description: 'Image of the pods, with the same project.', derivedDefault: '`image`' } satisfies Meta),
  ...pods,
});

/** The application server. */
export const gunicorn = section({
  ...pods,
  groups: listOf(group, 'groups of pods')
    .default([])
    .meta({
      description: 'Further pods for some paths, such as those that need a GPU, each group with settings of its own.',
    } satisfies Meta),
}).prefault({});
