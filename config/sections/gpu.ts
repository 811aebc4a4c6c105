import { objectName } from '../names';
import { byteCount, listOf, section, text, wholeNumber, yesOrNo, type Meta } from '../types';

const GPU_RESOURCE = /^[a-z0-9.-]+\/[A-Za-z0-9._-]+$/;

/** Devices of each pod. */
export const gpu = section({
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
