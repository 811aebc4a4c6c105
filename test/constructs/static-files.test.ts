import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LARGEST_MAP, LARGEST_TREE, packStaticFiles, readStaticFiles } from '../../constructs/nginx/static-files';
import { container } from '../support/pods';
import { render } from '../support/stack';
import { bytes, folder, maps, mounted, noise, stored, type Files } from '../support/static-files';

/** What `kubectl apply` can keep of an object in its annotation. */
const LARGEST_OBJECT = 262_144;

const read = (files: Files) => readStaticFiles(folder(files));
const serve = (files: Files) => render({ nginx: { static: { directory: 'test' } } }, read(files));

function thrownBy(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

describe('a file', () => {
  test.each(['site.css', 'app.js', 'logo.svg', 'page.HTML', 'staticfiles.json', 'font.ttf'])(
    'that is text is stored compressed, and comes back as it was: %s',
    (name) => {
      const text = `.ä { content: "${'x'.repeat(5000)}" }`;
      const [file] = read({ [name]: text });
      expect(file?.path).toBe(`${name}.gz`);
      expect(gunzipSync(bytes(file?.content ?? '')).toString()).toBe(text);
      expect(file?.content.length).toBeLessThan(500);
    },
  );

  test('that ends with .gz is packed once more, as a pod unpacks it', () => {
    const [file] = read({ 'archive.tar.gz': noise(3000) });
    expect(file?.path).toBe('archive.tar.gz.gz');
    expect(gunzipSync(bytes(file?.content ?? '')).equals(noise(3000))).toBe(true);
  });

  test.each(['photo.jpg', 'font.woff2', 'logo.png', 'LICENSE'])('that is compressed already, or may be, is stored as it is: %s', (name) => {
    const content = noise(3000);
    const [file] = read({ [name]: content });
    expect(file?.path).toBe(name);
    expect(bytes(file?.content ?? '').equals(content)).toBe(true);
  });

  test('that is empty stays a file', () => {
    const tree = mounted(serve({ 'empty.css': '', 'py.typed': '', 'a.css': 'a' }));
    expect(gunzipSync(tree['empty.css.gz'] ?? '')).toHaveLength(0);
    expect(gunzipSync(tree['py.typed.gz'] ?? '')).toHaveLength(0);
  });

  test('that is empty and alone stays a file', () => {
    expect(Object.keys(mounted(serve({ LICENSE: '' })))).toEqual(['LICENSE.gz']);
  });

  test('that stands beside its compressed form is taken once, and compressed here', () => {
    const files = read({ 'site.css': 'new', 'site.css.gz': 'old', 'data.gz': 'alone' });
    expect(files.map(({ path }) => path)).toEqual(['data.gz.gz', 'site.css.gz']);
    expect(gunzipSync(bytes(files[1]?.content ?? '')).toString()).toBe('new');
  });

  test('that is a link is what it leads to', () => {
    const directory = folder({ 'a.css': 'a' });
    symlinkSync(join(directory, 'a.css'), join(directory, 'b.css'));
    expect(readStaticFiles(directory).map(({ path }) => path)).toEqual(['a.css.gz', 'b.css.gz']);
  });

  test('that is a link to nothing is named, with the setting whose folder it is in', () => {
    const [directory, before] = [folder({ 'a.css': 'a', 'css/b.css': 'b' }), folder({ 'a.css': 'a' })];
    for (const [place, name] of [
      [before, 'old.css'],
      [directory, 'css/lost.css'],
      [directory, '.#a.css'],
    ] as const) {
      symlinkSync(join(directory, 'gone'), join(place, name));
    }
    symlinkSync(join(directory, 'loop'), join(directory, 'loop'));
    const error = thrownBy(() => readStaticFiles(directory));
    expect(error).toMatchObject({
      path: ['nginx', 'static', 'directory'],
      message: 'holds links that lead to no file: css/lost.css, loop; remove them, or run collectstatic anew',
    });
    expect(thrownBy(() => readStaticFiles(folder({ 'a.css': 'a' }), [folder({}), before]))).toMatchObject({
      path: ['nginx', 'static', 'previous', 1],
      message: expect.stringContaining('old.css') as string,
    });
  });

  test("whose name or folder begins with a dot is nobody's business", () => {
    expect(read({ '.DS_Store': 'x', 'css/.gitkeep': '', '.cache/b.css': 'b', 'a.css': 'a' }).map(({ path }) => path)).toEqual(['a.css.gz']);
  });

  test('has a key that a ConfigMap takes and that is its own, wherever it stands and whatever it is called', () => {
    const files = read({ 'a/logo.png': 'a', 'b/logo.png': 'b', 'a_logo.png': 'c', 'bänner (1).png': 'd', [`${'n'.repeat(240)}.png`]: 'e' });
    expect(new Set(files.map(({ key }) => key)).size).toBe(5);
    for (const { key } of files) expect(key).toMatch(/^[-._a-zA-Z0-9]{1,253}$/);
  });
});

describe('a directory', () => {
  test('is one tree in the pod, sub-directories and all', () => {
    const files = { 'site.css': 'a{}', 'css/site.css': 'b{}', 'img/icons/cart.png': noise(100) };
    const tree = mounted(serve(files));
    expect(Object.keys(tree).sort()).toEqual(['css/site.css.gz', 'img/icons/cart.png', 'site.css.gz']);
    expect(gunzipSync(tree['css/site.css.gz'] ?? '').toString()).toBe('b{}');
    expect(tree['img/icons/cart.png']?.equals(files['img/icons/cart.png'])).toBe(true);
  });

  test('is mounted where nginx looks for it, read-only', () => {
    const nginx = container(serve({ 'a.css': 'a' }).find('Deployment', 'shop-nginx'), 'nginx');
    expect(nginx.volumeMounts).toContainEqual({ name: 'static', mountPath: '/srv/static', readOnly: true });
  });

  test('is read alike however it is named, and in the order of its names', () => {
    const directory = folder({ 'b.css': 'b', 'a/z.css': 'z', 'a.css': 'a' });
    expect(readStaticFiles(directory).map(({ path }) => path)).toEqual(['a.css.gz', 'a/z.css.gz', 'b.css.gz']);
    expect(readStaticFiles(`${directory}/`)).toEqual(readStaticFiles(directory));
  });

  test('gives the same bytes every time', () => {
    const files = { 'a.css': 'a'.repeat(9999), 'b.png': noise(999) };
    expect(maps(serve(files))).toEqual(maps(serve({ 'b.png': files['b.png'], 'a.css': files['a.css'] })));
  });

  test('that is large takes several ConfigMaps, each of which plain kubectl can apply', () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`img/${index}.png`, noise(30_000, `${index}`)]));
    const rendered = serve(files);
    expect(maps(rendered).length).toBeGreaterThan(6);
    for (const map of maps(rendered)) expect(Buffer.byteLength(JSON.stringify(map))).toBeLessThan(LARGEST_OBJECT);
    const tree = mounted(rendered);
    expect(Object.keys(tree)).toHaveLength(40);
    for (const [path, content] of Object.entries(files)) expect(tree[path]?.equals(content)).toBe(true);
  });

  test('of many small files fits as well', () => {
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`icons/${'long-name-'.repeat(6)}${index}.png`, noise(100, `${index}`)]),
    );
    for (const object of maps(serve(files))) expect(Buffer.byteLength(JSON.stringify(object))).toBeLessThan(LARGEST_OBJECT);
  });

  test('a changed file changes its own ConfigMap and no other', () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`${String.fromCharCode(97 + index)}.png`, noise(50_000, `${index}`)]),
    );
    const names = (all: Readonly<Record<string, Buffer>>) => maps(serve(all)).map(({ metadata }) => metadata.name);
    const before = names(files);
    const after = names({ ...files, 'a.png': noise(50_000, 'other') });
    expect(after).toHaveLength(before.length);
    expect(after.filter((name) => !before.includes(name))).toEqual([expect.stringMatching(/^shop-nginx-static-0-[0-9a-f]{8}$/)]);
  });

  test('fails when it is empty', () => {
    expect(() => serve({})).toThrow('holds no file: run collectstatic first');
    expect(() => serve({ '.gitkeep': '' })).toThrow('holds no file');
  });
});

describe('limits', () => {
  test('fails for a file that no ConfigMap takes, and says its size', () => {
    expect(() => serve({ 'a.css': 'a', 'film.mp4': noise(200_000) })).toThrow(
      /holds files that exceed 240k .*: film\.mp4 \(266\d{3}\); move large files/,
    );
    expect(() => serve({ 'film.mp4': noise(200_000), 'song.mp3': noise(300_000) })).toThrow(/film\.mp4 .*, song\.mp3 /);
  });

  test('a large text is well as long as it is small when compressed', () => {
    expect(maps(serve({ 'data.json': 'x'.repeat(2_000_000) }))).toHaveLength(1);
  });

  test('the largest file that fits is in an object that fits', () => {
    const largest = { ...stored('a', LARGEST_MAP - 209 - 6), key: 'k'.repeat(209) };
    expect(packStaticFiles([largest])).toHaveLength(1);
    expect(() => packStaticFiles([{ ...largest, content: `${largest.content}A` }])).toThrow('exceed 240k');
    const [map] = maps(render({ nginx: { static: { directory: 'test' } } }, [largest]));
    expect(Buffer.byteLength(JSON.stringify(map))).toBeLessThan(LARGEST_OBJECT - 500);
  });

  test('fails for a directory that no cluster should hold, and says its size', () => {
    const file = (index: number) => stored(`${index}`, 200_000);
    const fitting = Math.floor(LARGEST_TREE / 200_010);
    expect(packStaticFiles(Array.from({ length: fitting }, (_, index) => file(index)))).toHaveLength(fitting);
    expect(() => packStaticFiles(Array.from({ length: fitting + 1 }, (_, index) => file(index)))).toThrow(
      /comes to \d+ as stored in ConfigMaps, above the limit of 4Mi; move large files/,
    );
  });
});

test('texts that are small as they are stored, but more than a pod has room for, are refused with the sizes', () => {
  const [text] = read({ 'data.json': 'x'.repeat(2_000_000) });
  const times = (count: number) => Array.from({ length: count }, () => text).flatMap((one) => one ?? []);
  expect(packStaticFiles(times(133))).toHaveLength(2);
  expect(() => packStaticFiles(times(134))).toThrow(
    /^comes to 262640Ki in a pod, where texts are unpacked, above the limit of 256Mi; move/,
  );
});

test('so many files that their names alone do not fit into a Deployment are refused with the sizes', () => {
  const file = (index: number) => ({ ...stored(`icons/${index}.png`, 4), key: `0123abcd-${index}.png` });
  expect(() => packStaticFiles(Array.from({ length: 5000 }, (_, index) => file(index)))).toThrow(
    /^holds 5000 files, whose names alone come to \S+ in the Deployment, above the limit of 200k/,
  );
  expect(packStaticFiles(Array.from({ length: 2000 }, (_, index) => file(index)))).toHaveLength(1);
});
