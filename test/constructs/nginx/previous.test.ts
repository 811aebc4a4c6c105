/** Files of earlier releases, which pages that these have rendered go on to find. */
import { gunzipSync } from 'node:zlib';
import type { SettingError } from '../../../config/problems';
import { LARGEST_MAP, LARGEST_TREE, packStaticFiles, readStaticFiles } from '../../../constructs/nginx/static-files';
import { render } from '../../support/stack';
import { bytes, folder, maps, mounted, stored } from '../../support/static-files';

const old = folder({
  'site.css': 'old',
  'site.aaaaaaaaaaaa.css': 'a',
  'js/app.min.bbbbbbbbbbbb.js': 'b',
  'LICENSE.cccccccccccc': 'c',
  'img/logo.dddddddddddd.png': 'd',
  'gone.css': 'gone',
  'odd.0123456789ab.min.js': 'no hash of Django',
  'upper.ABCDEF012345.js': 'nor this',
});
const older = folder({ 'site.aaaaaaaaaaaa.css': 'never so', 'site.eeeeeeeeeeee.css': 'e' });
const now = folder({ 'site.css': 'new', 'site.ffffffffffff.css': 'f', 'img/logo.dddddddddddd.png': 'D' });
const files = readStaticFiles(now, [old, older]);

test('earlier releases give their hashed names, where this one has not, and the newest of several has precedence', () => {
  expect(files.filter(({ previous }) => previous !== undefined).map(({ path, previous }) => [path, previous])).toEqual([
    ['LICENSE.cccccccccccc', 0],
    ['js/app.min.bbbbbbbbbbbb.js.gz', 0],
    ['site.aaaaaaaaaaaa.css.gz', 0],
    ['site.eeeeeeeeeeee.css.gz', 1],
  ]);
  expect(files.filter(({ previous }) => previous === undefined)).toEqual(readStaticFiles(now));
  expect(gunzipSync(bytes(files.find(({ path }) => path === 'site.aaaaaaaaaaaa.css.gz')?.content ?? '')).toString()).toBe('a');
});

test('they are in the tree that a pod is given, in ConfigMaps of their own', () => {
  const rendered = render({ nginx: { static: { directory: 'test' } } }, files);
  expect(Object.keys(mounted(rendered)).sort()).toEqual(files.map(({ path }) => path).sort());
  expect(maps(rendered).map(({ metadata }) => metadata.name.replace(/-[0-9a-f]{8}$/, ''))).toEqual([
    'shop-nginx-static-0',
    'shop-nginx-static-previous-0',
    'shop-nginx-static-previous-1',
  ]);
});

test('they keep their ConfigMaps when this release changes', () => {
  const others = (directory: string) =>
    maps(render({ nginx: { static: { directory: 'test' } } }, readStaticFiles(directory, [old, older])))
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.includes('previous'));
  expect(others(folder({ 'img/logo.dddddddddddd.png': 'D', 'x.css': 'x' }))).toEqual(others(now));
});

test('they count towards the limits, and are named where this release alone would fit', () => {
  const file = (index: number, previous?: number) => ({ ...stored(`${index}`, 200_000), previous });
  const fitting = Math.floor(LARGEST_TREE / 200_010);
  const own = Array.from({ length: fitting }, (_, index) => file(index));
  const thrown = (all: Parameters<typeof packStaticFiles>[0]) => {
    try {
      packStaticFiles(all);
      return {};
    } catch (error) {
      return error as SettingError;
    }
  };
  expect(thrown([...own, file(fitting, 0)])).toMatchObject({
    path: ['nginx', 'static', 'previous'],
    message: expect.stringMatching(/^comes to \d+ \(\S+ of it from nginx\.static\.previous\) as stored/) as string,
  });
  expect(thrown([...own, file(fitting)])).toMatchObject({ path: ['nginx', 'static', 'directory'] });
  const large = { ...file(0, 1), content: 'A'.repeat(LARGEST_MAP) };
  expect(thrown([file(1), large])).toMatchObject({ path: ['nginx', 'static', 'previous', 1] });
});
