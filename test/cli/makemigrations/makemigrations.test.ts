import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { makemigrations, type MakemigrationsOptions } from '../../../cli/makemigrations/makemigrations';
import { FakePods } from '../../support/fake-pods';
import { place } from '../../support/place';

const here = place();
const DEV = { django: { project: 'main_app', hosts: ['shop.localhost'] } };
const path = (name: string) => join(here.root, name);
function give(name: string, text = ''): void {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
}
beforeEach(() => {
  here.project(DEV);
  give('app/manage.py');
  give('app/main_app/settings.py');
  give('app/guestbook/models.py', 'uncommitted');
});

const NEW = 'guestbook/migrations/0002_mood.py';
const cluster = (made: Record<string, string> = { [NEW]: 'class Migration' }, status = 0) =>
  new FakePods(
    undefined,
    (words) => (words.endsWith(' receive') ? '/tmp/there\n' : / made \S+$/.test(words) ? JSON.stringify(made) : ''),
    status,
  );
const run = (options: MakemigrationsOptions = {}, one = cluster()) => makemigrations('prod', ['guestbook'], options, here.root, one);
const reason = (options: MakemigrationsOptions = {}, one = cluster()) =>
  run(options, one).then(String, (error: unknown) => (error as Error).message);
const verbs = ({ ran }: FakePods) => ran.map(({ args }) => args.slice(args.indexOf('-c') + 2).join(' '));

test('sources go there, and what is new comes back', async () => {
  const one = cluster();
  expect(await run({}, one)).toBe(0);
  const sent = unzipSync(Buffer.from(one.ran[0]?.input ?? '', 'latin1'));
  expect(Object.keys(sent).sort()).toEqual(['guestbook/models.py', 'main_app/settings.py', 'manage.py']);
  expect(Buffer.from(sent['guestbook/models.py'] ?? []).toString()).toBe('uncommitted');
  expect(one.attachedTo[0]?.slice(-3)).toEqual(['run', '/tmp/there', 'guestbook']);
  expect(readFileSync(path(`app/${NEW}`), 'utf8')).toBe('class Migration');
  expect(here.said).toEqual([`new: app/${NEW}`, 'read it, and commit it with the models']);
  expect(verbs(one)).toEqual(['receive', 'made /tmp/there', 'remove /tmp/there']);
});

test('what Git ignores stays, and what is not committed goes', async () => {
  spawnSync('git', ['init', '--quiet'], { cwd: path('app') });
  give('app/.gitignore', 'venv-of-mine/\n');
  give('app/venv-of-mine/big.py');
  const one = cluster();
  await run({}, one);
  expect(Object.keys(unzipSync(Buffer.from(one.ran[0]?.input ?? '', 'latin1'))).sort()).toEqual([
    ...['.gitignore', 'guestbook/models.py', 'main_app/settings.py', 'manage.py'],
  ]);
});

test('sources that Git ignores altogether go all the same', async () => {
  spawnSync('git', ['init', '--quiet'], { cwd: here.root });
  give('.gitignore', 'app/\n');
  const one = cluster();
  await run({}, one);
  expect(Object.keys(unzipSync(Buffer.from(one.ran[0]?.input ?? '', 'latin1')))).toContain('manage.py');
});

test('a file with another content stays, and nothing else is written then', async () => {
  give(`app/${NEW}`, 'mine');
  const other = 'guestbook/migrations/0003_more.py';
  expect(await reason({}, cluster({ [NEW]: 'theirs', [other]: 'new' }))).toContain('there with another content, and nothing was written');
  expect([readFileSync(path(`app/${NEW}`), 'utf8'), existsSync(path(`app/${other}`))]).toEqual(['mine', false]);
});

test.each(['../outside.py', '/tmp/outside.py', 'a/../../outside.py'])('%s is not written', async (name) => {
  expect(await reason({}, cluster({ [name]: 'x' }))).toContain('outside of');
  expect(existsSync(path('outside.py'))).toBe(false);
});

test("when Django's command fails its exit code is that of this one, and nothing is left there or written here", async () => {
  const one = cluster(undefined, 3);
  expect(await run({}, one)).toBe(3);
  expect(verbs(one)).toEqual(['receive', 'remove /tmp/there']);
  expect(existsSync(path(`app/${NEW}`))).toBe(false);
});

test('an environment that serves others refuses, unless it debugs', async () => {
  here.project();
  const one = cluster();
  expect(await reason({}, one)).toMatch(/^prod serves shop.example.com: sources that nobody has reviewed do not run there/);
  expect(one.ran).toEqual([]);
  here.project({ django: { project: 'main_app', hosts: ['shop.example.com'], env: { DJANGO_DEBUG: true } } });
  expect(await run()).toBe(0);
});

test('sources that are not there, or there twice, are asked for', async () => {
  expect(await reason({ source: path('nowhere') })).toBe(
    `--source must be a folder with manage.py and the package main_app of django.project, got "${path('nowhere')}"`,
  );
  give('other/manage.py');
  give('other/main_app/settings.py');
  expect(await reason()).toContain('and there are app, other: --source says where they are');
  expect(await run({ source: path('app') })).toBe(0);
});

test('--dry-run sends nothing', async () => {
  const one = cluster();
  expect(await run({ dryRun: true }, one)).toBe(0);
  expect([one.ran, one.attachedTo]).toEqual([[], []]);
  expect(here.said[0]).toContain('guestbook');
});
