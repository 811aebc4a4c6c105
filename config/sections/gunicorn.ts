import { z } from 'zod';
import { labelKey, objectName } from '../names';
import { byteCount, duration, listOf, oneOf, section, text, wholeNumber, yesOrNo, type Meta } from '../types';
import { replicas } from './replicas';
import { resources } from './resources';

const GPU_RESOURCE = /^[a-z0-9.-]+\/[A-Za-z0-9._-]+$/;

const gpu = section({
  count: wholeNumber(0, 16)
    .default(0)
    .meta({ description: 'Devices for each pod; 0 asks for none.' } satisfies Meta),
  resource: text('the name of an extended resource, such as nvidia.com/gpu or nvidia.com/mig-1g.10gb', GPU_RESOURCE)
    .default('nvidia.com/gpu')
    .meta({ description: 'What a device is called on the nodes: whole, shared or a MIG slice.' } satisfies Meta),
  products: listOf(text('a product as the node label nvidia.com/gpu.product has it', /^[A-Za-z0-9][-A-Za-z0-9_.]{0,62}$/), 'products')
    .default([])
    .meta({ description: 'Products to choose from (node label `nvidia.com/gpu.product`); none named means any.' } satisfies Meta),
  memory: byteCount()
    .optional()
    .meta({
      description: 'Memory that a device has at the least (node label `nvidia.com/gpu.memory`).',
      derivedDefault: 'any',
    } satisfies Meta),
  runtimeClass: objectName()
    .optional()
    .meta({
      description: 'RuntimeClass of the pods, where the NVIDIA runtime is not the default one.',
      derivedDefault: 'none',
    } satisfies Meta),
  spare: yesOrNo()
    .default(false)
    .meta({
      description: 'The cluster has devices left for one more pod, so that a release can start a new pod before it stops an old one.',
    } satisfies Meta),
}).prefault({});

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

/** The application server. */
export const gunicorn = section({
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
  gpu,
  resources: resources('the container', {
    requests: { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '256Mi' },
    limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '1Gi' },
  }),
  nodeSelector: z
    .record(labelKey(), z.string({ error: 'must be a text' }), { error: 'must be a group of node labels' })
    .default({})
    .meta({ description: 'Labels of the nodes that may run the pods.', expected: 'texts by name' } satisfies Meta),
  tolerations: listOf(toleration, 'tolerations')
    .default([])
    .meta({
      description: 'Taints that the pods tolerate, besides that of GPU nodes.',
    } satisfies Meta),
}).prefault({});
