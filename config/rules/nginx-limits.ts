/** What must hold between limits and what Nginx knows of its clients. */
import type { Problem, SettingPath } from '../problems';
import { formatBytes } from '../quantity';
import type { Config } from '../resolve';
import type { Rule } from '../rules';
import { hiddenClients } from './hidden-clients';

/** Where limits go by the address of the client. */
function byAddress({ nginx }: Config): SettingPath[] {
  const own = nginx.locations.map((one, index) => ({ path: ['nginx', 'locations', index, 'limits'], limits: one.limits }));
  return [{ path: ['nginx', 'limits'], limits: nginx.limits }, ...own.filter(({ limits }) => limits !== nginx.limits)].flatMap(
    ({ path, limits }) =>
      (['requests', 'connections'] as const)
        .filter((kind) => limits?.[kind]?.per === 'address')
        .map((kind): SettingPath => [...path, kind, 'per']),
  );
}

/** Nothing is known of what stands in front: a port that is forwarded, or the network of a cluster that hides nobody. */
const nothingInFront = ({ nginx: { service, ingress, gateway } }: Config) =>
  service.type === 'ClusterIP' && ingress === undefined && gateway === undefined;

export const limitRules: readonly Rule[] = [
  ({ nginx }) =>
    2 * nginx.uploadLimit > nginx.resources.limits['ephemeral-storage'] && {
      path: ['nginx', 'uploadLimit'],
      message:
        `must be at most half of nginx.resources.limits.ephemeral-storage (${formatBytes(nginx.resources.limits['ephemeral-storage'])}), ` +
        `where uploads wait until they are complete, got ${formatBytes(nginx.uploadLimit)}`,
    },
  (config) => {
    const [path] = byAddress(config);
    const reason = hiddenClients(config);
    return (
      path !== undefined &&
      reason !== undefined &&
      !nothingInFront(config) && {
        path,
        message: `must not go by the address of the client, got address; ${reason}, or limit per another part`,
      }
    );
  },
  ({ nginx: { locations, uploadLimit, resources } }) => {
    const room = resources.limits['ephemeral-storage'];
    const index = locations.findIndex((one) => one.requestBuffering && one.uploadLimit !== uploadLimit && 2 * one.uploadLimit > room);
    return (
      index >= 0 && {
        path: ['nginx', 'locations', index, 'uploadLimit'],
        message:
          `must be at most half of nginx.resources.limits.ephemeral-storage (${formatBytes(room)}), where uploads wait until they are complete, ` +
          `got ${formatBytes(locations[index]?.uploadLimit ?? 0)}; or set requestBuffering: false here`,
      }
    );
  },
];

/** What works, but may surprise. */
export function limitWarnings(config: Config): Problem[] {
  const [path] = byAddress(config);
  const reason = hiddenClients(config);
  if (path === undefined || reason === undefined || !nothingInFront(config)) return [];
  return [{ path, message: `goes by the address of the client; ${reason}, or all visitors share one limit` }];
}
