/** What must hold between who may come in and other settings. */
import type { SettingPath } from '../problems';
import type { Config } from '../resolve';
import type { Rule } from '../rules';
import { hiddenClients, isLoopback } from './hidden-clients';

type Access = NonNullable<Config['nginx']['access']>;

/** The first setting of access of which something is wrong: that of the whole site, or one that a location has of its own. */
const access =
  (wrong: (one: Access, config: Config) => { setting: SettingPath; message: string } | undefined | false): Rule =>
  (config) => {
    // What locations have from the whole site is found there first.
    const own = config.nginx.locations.map(({ access: one }, index) => ({ path: ['nginx', 'locations', index, 'access'], one }));
    for (const { path, one } of [{ path: ['nginx', 'access'], one: config.nginx.access }, ...own]) {
      const problem = one && wrong(one, config);
      if (problem) return { path: [...path, ...problem.setting], message: problem.message };
    }
    return undefined;
  };

export const accessRules: readonly Rule[] = [
  access(
    ({ clientCertificate }, { nginx: { tls } }) =>
      clientCertificate &&
      tls.clientCa === undefined && {
        setting: ['clientCertificate'],
        message: 'needs nginx.tls.clientCa, the Secret with the authorities whose certificates count',
      },
  ),
  access(({ allow, deny }, config) => {
    const reason = hiddenClients(config);
    const ranges = Object.entries({ allow, deny }).flatMap(([name, list]) =>
      list.map((range, index) => ({ setting: [name, index], range })),
    );
    const found = reason === undefined ? undefined : ranges.find(({ range }) => !isLoopback(range));
    return found && { setting: found.setting, message: `must not go by the address of the client, got ${found.range}; ${reason ?? ''}` };
  }),
];
