/** What must hold between groups of Gunicorn's pods, and between them and other settings. */
import { settingName, type Problem } from '../problems';
import type { Config } from '../resolve';
import type { Rule } from '../rules';
import { ofFiles } from './nginx-proxying';

/** Above this, Kubernetes cuts names that it makes of that of an object. */
const LONGEST_NAME = 52;

type Group = Config['gunicorn']['groups'][number];

/** What is wrong with the name of a group, or with one of its paths. */
interface Wrong {
  readonly setting: readonly PropertyKey[];
  readonly message: string;
}

const ofGroup =
  (wrong: (group: Group, index: number, config: Config) => Wrong | undefined | false): Rule =>
  (config) =>
    config.gunicorn.groups.flatMap((group, index): Problem[] => {
      const found = wrong(group, index, config);
      return found ? [{ path: ['gunicorn', 'groups', index, ...found.setting], message: found.message }] : [];
    });

const ofPath = (
  wrong: (path: string, at: { readonly group: number; readonly path: number }, config: Config) => string | undefined | false,
) =>
  ofGroup(({ paths }, group, config) => {
    for (const [index, path] of paths.entries()) {
      const message = wrong(path, { group, path: index }, config);
      if (message !== undefined && message !== false) return { setting: ['paths', index], message };
    }
    return undefined;
  });

export const groupRules: readonly Rule[] = [
  ofGroup(({ name }, index, { gunicorn: { groups } }) => {
    const first = groups.findIndex((other) => other.name === name);
    return first < index && { setting: ['name'], message: `must be another than that of gunicorn.groups[${first}], got ${name}` };
  }),
  ofGroup(({ name }, _index, { release }) => {
    const room = LONGEST_NAME - `${release}-gunicorn-`.length;
    return (
      name.length > room && {
        setting: ['name'],
        message: `must have at most ${room} characters, so that ${release}-gunicorn-${name} has ${LONGEST_NAME}, got ${name.length}`,
      }
    );
  }),
  ofPath((path, at, { gunicorn: { groups } }) => {
    const all = groups.flatMap(({ paths }, group) => paths.map((other, index) => ({ other, group, index })));
    const first = all.find(({ other }) => other === path);
    return (
      first !== undefined &&
      (first.group !== at.group || first.index !== at.path) &&
      `stands already at ${settingName(['gunicorn', 'groups', first.group, 'paths', first.index])} (${path}): one group answers it`
    );
  }),
  ofPath((path, _at, config) => {
    const [setting, url] = ofFiles(config).find(([, one]) => one !== undefined && path.startsWith(one)) ?? [];
    return setting !== undefined && `must not lie below ${setting} (${url}), where files are served without Django, got ${path}`;
  }),
];
