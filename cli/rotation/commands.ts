/** Commands that rotations have in common. */
import { everyGunicorn } from '../../config/gunicorn';
import type { Config } from '../../config/resolve';
import type { ComponentName } from '../../constructs/component';

interface Release {
  readonly release: string;
  readonly namespace: string;
}

/** New pods in place of all that serve, without a gap. */
export const restart = ({ release, namespace }: Release, component: ComponentName): string[] => [
  `kubectl -n ${namespace} rollout restart deployment/${release}-${component}`,
  `kubectl -n ${namespace} rollout status deployment/${release}-${component}`,
];

/** The same of the application: of the pods of the site, and of each group. */
export const restartApplication = (config: Config): string[] => everyGunicorn(config).flatMap(({ name }) => restart(config, name));
