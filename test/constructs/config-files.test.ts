import { readdirSync } from 'node:fs';
import { container, isWorkload, podSpec, volume } from '../support/pods';
import { render, ROOT } from '../support/stack';
import { stored } from '../support/static-files';

const configMaps = (changes: object = {}) => render(changes).objects.filter(({ kind }) => kind === 'ConfigMap');
const FOLLOWERS = [
  ['Deployment', 'shop-gunicorn', 'runtime'],
  ['Job', 'shop-migrate', 'runtime'],
  ['CronJob', 'shop-backup', 'runtime'],
  ['CronJob', 'shop-drill', 'runtime'],
  ['StatefulSet', 'shop-postgres', 'runtime'],
  ['Deployment', 'shop-nginx', 'conf'],
] as const;

describe('ConfigMaps', () => {
  test('cannot change, so that a pod never sees half of a release', () => {
    expect(configMaps().length).toBe(6);
    for (const map of configMaps())
      expect(map).toMatchObject({ immutable: true, metadata: { name: expect.stringMatching(/^shop-[a-z]+-[0-9a-f]{8}$/) as string } });
  });

  test('are named by their content: what does not change it does not change the name', () => {
    const names = (changes: object = {}) => configMaps(changes).map(({ metadata }) => metadata.name);
    expect(names({ image: 'shop:2', gunicorn: { threads: 2 } })).toEqual(names());
    const [conf] = names({ nginx: { uploadLimit: '1Mi' } }).filter((name) => !names().includes(name));
    expect(conf).toMatch(/^shop-nginx-/);
  });

  test('are there before all pods, and Argo CD prunes them after those that use them, but for the one of the database, which it keeps', () => {
    for (const { metadata } of configMaps()) {
      const kept = metadata.name.startsWith('shop-postgres-');
      expect(metadata.annotations).toMatchObject({
        'argocd.argoproj.io/sync-options': kept ? 'Prune=false,Delete=false' : 'PruneLast=true',
        'argocd.argoproj.io/sync-wave': '-3',
      });
    }
  });

  test.each(FOLLOWERS)('%s %s mounts one that is there', (kind, name, volumeName) => {
    const rendered = render();
    expect(rendered.names('ConfigMap')).toContain(volume(rendered.find(kind, name), volumeName).configMap?.name);
  });

  test('no pod mounts one that is not there', () => {
    const rendered = render({ nginx: { static: { directory: 'test' } } }, [{ ...stored('a/b.css.gz', 4), key: 'k' }]);
    const used = rendered.objects
      .filter(isWorkload)
      .flatMap((object) =>
        (podSpec(object).volumes ?? []).flatMap(({ configMap, projected }) => [
          configMap?.name,
          ...(projected?.sources ?? []).map((source) => source.configMap.name),
        ]),
      );
    expect(new Set(used.filter((name) => name !== undefined))).toEqual(new Set(rendered.names('ConfigMap')));
  });
});

test('every program that a container starts is in the ConfigMap that it mounts', () => {
  const rendered = render();
  const programs = rendered.objects.filter(isWorkload).flatMap((object) => {
    const { name } = podSpec(object).volumes?.find((one) => one.name === 'runtime')?.configMap ?? {};
    const map = rendered.objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name) as
      { data?: object } | undefined;
    return [...(podSpec(object).initContainers ?? []), ...podSpec(object).containers].flatMap((one) =>
      (container(object, one.name).command ?? [])
        .filter((word) => word.startsWith('/runtime/'))
        .map((word) => ({ word, there: word.replace('/runtime/', '') in (map?.data ?? {}) })),
    );
  });
  expect(programs.map(({ word }) => word).sort()).toEqual([
    '/runtime/backup.sh',
    '/runtime/backup.sh',
    '/runtime/drill.sh',
    '/runtime/gunicorn.conf.py',
    '/runtime/migrate.py',
    '/runtime/migrated.py',
    '/runtime/pending.py',
    '/runtime/renewal.sh',
    '/runtime/roles.sh',
    '/runtime/same-major.sh',
  ]);
  expect(programs.filter(({ there }) => !there)).toEqual([]);
});
test('every module that a program in a ConfigMap imports is there as well, if it is one of ours', () => {
  const ours = new Set(readdirSync(`${ROOT}/runtime`));
  const maps = render().objects.filter(({ kind }) => kind === 'ConfigMap') as unknown as { data?: Readonly<Record<string, string>> }[];
  const missing = maps.flatMap(({ data = {} }) =>
    Object.entries(data)
      .filter(([name]) => name.endsWith('.py'))
      .flatMap(([name, text]) =>
        [...text.matchAll(/^ *(?:import|from) (\w+)/gm)]
          .map(([, module]) => `${module}.py`)
          .filter((file) => ours.has(file) && !(file in data))
          .map((file) => `${name}: ${file}`),
      ),
  );
  expect(missing).toEqual([]);
  expect(maps.some(({ data = {} }) => 'reversal.py' in data)).toBe(true);
});
