/** What must hold where the uploaded files are on a volume that one node mounts: all pods that mount it are on that node. */
import { everyGunicorn } from '../gunicorn';
import { settingName, type Problem } from '../problems';
import type { Config } from '../resolve';
import type { Rule } from '../rules';
import { mountedByOneNode } from '../sections/django';

const ONE_NODE = 'django.media is ReadWriteOnce, so all pods that mount it share a node';

export const sharedNodeRules: readonly Rule[] = [
  (config) => {
    if (!mountedByOneNode(config.django)) return undefined;
    const wanted = everyGunicorn(config).flatMap(({ path, settings: { nodeSelector } }) =>
      Object.entries(nodeSelector).map(([label, value]) => ({ path: [...path, 'nodeSelector', label], label, value })),
    );
    return wanted.flatMap(({ path, label, value }): Problem[] => {
      const first = wanted.find((one) => one.label === label);
      if (!first || first.value === value) return [];
      return [{ path, message: `must be ${first.value} as ${settingName(first.path)} is, got ${value}: ${ONE_NODE}` }];
    });
  },
];

/** What works, but may surprise. */
export function sharedNodeWarnings(config: Config): Problem[] {
  const all = everyGunicorn(config);
  const isChosen = all.some(
    ({ settings: { gpu, nodeSelector, nodeAffinity } }) =>
      Object.keys(nodeSelector).length + nodeAffinity.required.length + gpu.products.length > 0 || gpu.memory !== undefined,
  );
  if (!mountedByOneNode(config.django) || isChosen) return [];
  return all
    .filter(({ settings: { gpu } }) => gpu.count > 0)
    .map(({ path }) => ({
      path: [...path, 'nodeSelector'],
      message: `is empty, but ${ONE_NODE}, and the first may choose one without GPUs: name a label of the nodes with GPUs, unless all have them`,
    }));
}
