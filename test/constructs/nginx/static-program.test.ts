/** runtime/static-files.sh, run over folders as init containers leave them. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { runtimeFiles } from '../../../constructs/runtime-files';
import { folder, noise, type Files } from '../../support/static-files';

const { 'static-files.sh': PROGRAM = '' } = runtimeFiles('static-files.sh');
const TEXT = 'body { color: red }\n'.repeat(200);
/** Somebody without rights, as pods are run by. */
const STRANGER = process.getuid?.() === 0 ? { uid: 10001, gid: 10001 } : {};

const trees: string[] = [];
afterAll(() => trees.forEach((path) => rmSync(path, { recursive: true })));

/** An empty folder, as an emptyDir with an fsGroup is one. */
function emptyDir(): string {
  const path = mkdtempSync(join(tmpdir(), 'tree-'));
  trees.push(path);
  if (STRANGER.gid !== undefined) chownSync(path, 0, STRANGER.gid);
  chmodSync(path, 0o2777);
  return path;
}

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: '/', ...STRANGER });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** What containers of images and then the program make of a release and those before it. */
function fromImages(release: string, previous: readonly string[] = [], tree = emptyDir()): string {
  for (const [index, source] of [release, ...previous].entries()) {
    run('cp', '-RLf', `${source}/.`, index === 0 ? tree : join(tree, `.previous-${index}`));
  }
  run('sh', '-c', PROGRAM, 'static-files.sh', tree);
  return tree;
}

const list = (tree: string) =>
  readdirSync(tree, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(tree, path)).isFile())
    .sort();
const time = (tree: string, path: string) => statSync(join(tree, path)).mtimeMs;
const text = (tree: string, path: string) => readFileSync(join(tree, path), 'utf8');

const RELEASE: Files = {
  'site.css': TEXT,
  'css/site.aaaaaaaaaaaa.css': TEXT,
  'small.js': 'x',
  'img/with space.png': noise(4000),
  '.DS_Store': 'x',
  '.git/config': 'x',
};

describe('times', () => {
  test('follow from the content: two pods agree, whenever and from whatever they were made', () => {
    const [source, other] = [folder(RELEASE), folder(RELEASE)];
    utimesSync(join(other, 'site.css'), 1, 1);
    const [first, second] = [fromImages(source), fromImages(other)];
    expect(list(first).length).toBeGreaterThan(4);
    for (const path of list(first)) expect([path, time(second, path)]).toEqual([path, time(first, path)]);
  });

  test('differ where the content does, even by one letter', () => {
    const [first, second] = ['a', 'b'].map((letter) => fromImages(folder({ 'site.css': `${TEXT}${letter}`, 'x.png': letter })));
    for (const path of ['site.css', 'site.css.gz', 'x.png']) expect(time(first ?? '', path)).not.toBe(time(second ?? '', path));
  });

  test('are in the past, and whole seconds, as headers have them', () => {
    const tree = fromImages(folder(RELEASE));
    for (const path of list(tree)) {
      expect(time(tree, path) % 1000).toBe(0);
      expect(time(tree, path)).toBeLessThan(Date.UTC(2002, 0));
    }
  });

  test('of a file and its compressed form are the same', () => {
    const tree = fromImages(folder(RELEASE));
    expect(time(tree, 'site.css.gz')).toBe(time(tree, 'site.css'));
  });

  test('do not change when a pod runs the program again', () => {
    const source = folder(RELEASE);
    const tree = fromImages(source, [source]);
    const times = () => list(tree).map((path) => [path, time(tree, path)]);
    const before = times();
    fromImages(source, [source], tree);
    expect(times()).toEqual(before);
  });
});

describe('texts', () => {
  const tree = fromImages(
    folder({ ...RELEASE, 'PAGE.HTML': TEXT, 'made.css': TEXT, 'made.css.gz': 'made before', 'photo.png': noise(4000) }),
  );

  test('that are worth it get a compressed form beside them, which holds the same', () => {
    expect(list(tree).filter((path) => path.endsWith('.gz'))).toEqual([
      'PAGE.HTML.gz',
      'css/site.aaaaaaaaaaaa.css.gz',
      'made.css.gz',
      'site.css.gz',
    ]);
    expect(gunzipSync(readFileSync(join(tree, 'site.css.gz'))).toString()).toBe(TEXT);
  });

  test('that are compressed already stay so', () => {
    expect(text(tree, 'made.css.gz')).toBe('made before');
  });
});

describe('earlier releases', () => {
  const old = folder({
    ...RELEASE,
    'site.css': 'old',
    'js/deep/app.bbbbbbbbbbbb.js': TEXT,
    'LICENSE.cccccccccccc': 'c',
    'made.dddddddddddd.css.gz': 'made before',
    'odd.0123456789ab.min.js': 'x',
    '.x.0123456789ab.js': 'x',
  });
  const older = folder({ 'LICENSE.cccccccccccc': 'older', 'site.eeeeeeeeeeee.css': 'e', 'gone.css': 'x' });
  const tree = fromImages(folder({ 'site.css': 'new', 'css/site.aaaaaaaaaaaa.css': 'mine' }), [old, older]);

  test('give their hashed names, where this one has not, and the newest of several has precedence', () => {
    expect(list(tree)).toEqual([
      'LICENSE.cccccccccccc',
      'css/site.aaaaaaaaaaaa.css',
      'js/deep/app.bbbbbbbbbbbb.js',
      'js/deep/app.bbbbbbbbbbbb.js.gz',
      'made.dddddddddddd.css.gz',
      'site.css',
      'site.eeeeeeeeeeee.css',
    ]);
    expect(['site.css', 'css/site.aaaaaaaaaaaa.css', 'LICENSE.cccccccccccc'].map((path) => text(tree, path))).toEqual(['new', 'mine', 'c']);
  });

  test('leave nothing else behind', () => {
    expect(readdirSync(tree).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('a folder', () => {
  test('that is closed to its own owner in the image is written to all the same, twice', () => {
    const source = folder(RELEASE);
    for (const path of ['css/site.aaaaaaaaaaaa.css', 'css', 'img', 'site.css'])
      chmodSync(join(source, path), path.includes('.') ? 0o444 : 0o555);
    const tree = fromImages(source);
    expect(fromImages(source, [], tree)).toBe(tree);
    expect(existsSync(join(tree, 'css/site.aaaaaaaaaaaa.css.gz'))).toBe(true);
  });

  /** As the kubelet lays out ConfigMaps: what begins with a dot is where the files are, and the others are links. */
  const mountedFolder = (files: Files) => {
    const source = folder(Object.fromEntries(Object.entries(files).map(([path, content]) => [`..2026/${path}`, content])));
    symlinkSync('..2026', join(source, '..data'));
    for (const name of readdirSync(join(source, '..2026'))) symlinkSync(`..data/${name}`, join(source, name));
    return source;
  };
  const fromConfigMaps = (source: string, tree = emptyDir()) => {
    run('sh', '-c', PROGRAM, 'static-files.sh', tree, source);
    return tree;
  };

  test('of ConfigMaps is copied as nginx is to see it, and unpacked', () => {
    const archive = gzipSync(noise(100));
    const packed = { 'css/a b.css.gz': gzipSync(TEXT), 'photo.png': noise(99), 'x.gz.gz': gzipSync(archive), 'LICENSE.gz': gzipSync('') };
    const tree = fromConfigMaps(mountedFolder(packed));
    expect(list(tree)).toEqual(['LICENSE', 'LICENSE.gz', 'css/a b.css', 'css/a b.css.gz', 'photo.png', 'x.gz', 'x.gz.gz']);
    expect([text(tree, 'css/a b.css'), text(tree, 'LICENSE')]).toEqual([TEXT, '']);
    expect(gunzipSync(readFileSync(join(tree, 'css/a b.css.gz'))).toString()).toBe(TEXT);
    expect(readFileSync(join(tree, 'x.gz')).equals(archive)).toBe(true);
    expect(time(tree, 'css/a b.css.gz')).toBe(time(tree, 'css/a b.css'));
  });

  test('of ConfigMaps that hold nothing packed, or that a pod has prepared before, is well too', () => {
    const images = mountedFolder({ 'photo.png': noise(99) });
    expect(list(fromConfigMaps(images))).toEqual(['photo.png']);
    const texts = mountedFolder({ 'a.css.gz': gzipSync(TEXT) });
    const tree = fromConfigMaps(texts);
    expect(list(fromConfigMaps(texts, tree))).toEqual(['a.css', 'a.css.gz']);
  });

  test('of ConfigMaps with what cannot be unpacked stops the pod, with the reason', () => {
    expect(() => fromConfigMaps(mountedFolder({ 'a.css.gz': 'no gzip' }))).toThrow(/a\.css\.gz/);
  });

  test('that cannot be copied stops the pod, with the reason', () => {
    expect(() => run('sh', '-c', PROGRAM, 'static-files.sh', emptyDir(), '/no-such')).toThrow(/no-such/);
  });
});
