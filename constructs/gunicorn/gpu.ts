/** What a pod needs to be given GPUs. Source: Kubernetes, "Schedule GPUs"; NVIDIA, gpu-feature-discovery. */
import type { GunicornPods } from '../../config/gunicorn';
import { k8s } from '../../imports';

export type Gpu = GunicornPods['gpu'];

/** Limits only: the request follows from the limit, and a request alone is refused. */
export function gpuLimits({ count, resource }: Gpu): Record<string, k8s.Quantity> {
  return count > 0 ? { [resource]: k8s.Quantity.fromString(`${count}`) } : {};
}

/** GPU nodes are commonly tainted with the name of the resource, whose value differs between providers. */
export function gpuTolerations({ count, resource }: Gpu): k8s.Toleration[] {
  const [vendor = ''] = resource.split('/');
  return count > 0 ? [{ key: `${vendor}/gpu`, operator: 'Exists', effect: 'NoSchedule' }] : [];
}

const MEBIBYTE = 1024 ** 2;

/** Nodes whose devices are of one of the products and have the memory asked for. */
export function gpuNodes({ count, products, memory }: Gpu): k8s.NodeSelectorRequirement[] {
  if (count === 0) return [];
  return [
    ...(products.length > 0 ? [{ key: 'nvidia.com/gpu.product', operator: 'In', values: [...products] }] : []),
    // The label counts whole MiB, and there is no "at least".
    ...(memory === undefined ? [] : [{ key: 'nvidia.com/gpu.memory', operator: 'Gt', values: [`${Math.ceil(memory / MEBIBYTE) - 1}`] }]),
  ];
}
