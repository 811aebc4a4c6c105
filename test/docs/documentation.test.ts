import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { table } from '../../cli/release/table';
import { secretContracts } from '../../constructs/secrets';
import { EXCEPTIONS } from '../lint/exceptions';
import { merge } from '../../constructs/finish';
import { confText } from '../constructs/nginx-tree';
import { PUBLIC_KEY } from '../support/public-key';
import { config, problems, render, ROOT, SMALLEST } from '../support/stack';
import { pages, PAGES, read } from './pages';

/** With every Secret that is made, and its names where they follow from the release. */
const EVERY_SECRET = {
  release: 'release',
  nginx: { access: { basicAuth: {} } },
  offsite: { endpoint: 'https://s3.example.com', bucket: 'backups', publicKey: PUBLIC_KEY },
};

/** Cells of the table rows that begin with a word. */
const row = (page: string, beginning: string) =>
  read(page)
    .split('\n')
    .find((line) => line.startsWith(`| ${beginning}`))
    ?.split('|')
    .map((cell) => cell.trim());

/** What clients of the database mount is told of releases without a pooler and an exporter. */
const POOLER = Object.values(secretContracts(config({ ...EVERY_SECRET, postgres: { pooler: {}, metrics: {} } }))).filter(({ id }) =>
  /^pooler|-monitor$/.test(id),
);

test.each([...Object.values(secretContracts(config(EVERY_SECRET))), ...POOLER])(
  'the page of secrets tells the contract of $id',
  ({ name, keys, readers, directory }) => {
    const cells = row('docs/secrets.md', `\`${name.replace('release-', '<release>-')}\``);
    for (const key of keys) expect(cells?.[2]).toContain(`\`${key}\``);
    expect(cells?.[3]?.split(', ').sort()).toEqual([...readers].sort());
    expect(cells?.[4]).toBe(`\`${directory.replace('release-', '<release>-')}\``);
  },
);

test.each(EXCEPTIONS)('the page of tests says what the linters pass over with $setting', ({ setting, rules }) => {
  const cells = row('docs/testing.md', setting) ?? [];
  expect([...(cells[3] ?? '').matchAll(/`([^`]+)`/g)].map(([, rule]) => rule)).toEqual(rules);
  expect(cells[4]).toBeTruthy();
});

test.each(PAGES)('the links of %s lead somewhere', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target ?? '');
  expect(links.filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([]);
});

test('the example of the README is a file without a problem', () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
  expect(parse(example)).toHaveProperty('gunicorn.gpu.count', 1);
  expect(problems(example)).toEqual([]);
});

test('the page of off-site copies shows settings that are allowed, and policies and rules that can be read', () => {
  const page = read('docs/how-to/off-site.md');
  const [, settings = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  expect(parse(settings)).toHaveProperty('offsite.bucket', 'example-backups');
  expect(problems(stringify(merge(SMALLEST, parse(settings) as object)))).toEqual([]);
  const rules = [...page.matchAll(/```json (\w+)\n([\s\S]*?)```/g)].map(([, name, text = '']) => [name, JSON.parse(text) as unknown]);
  expect(rules.map(([name]) => name)).toEqual(['writer', 'lifecycle', 'reader']);
});

describe('the page of GPUs', () => {
  const page = read('docs/how-to/gpu.md');

  test('shows settings that are allowed', () => {
    const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text) as object);
    const cells = [...page.matchAll(/^\| `nodeAffinity\.(\w+)` .*?`(\[\{.*?\}\])`/gm)].map(([, name = '', text = '']) => ({
      gunicorn: { nodeAffinity: { [name]: parse(text) as unknown } },
    }));
    expect([blocks.length, cells.length]).toEqual([2, 2]);
    for (const file of [...blocks, ...cells]) expect(problems(stringify(merge(SMALLEST, file)))).toEqual([]);
  });

  test('names the base of the example, and the oldest driver that knows its CUDA', () => {
    const [, base = '', cuda = ''] = /^ARG BASE=(nvidia\/cuda:(\d+)\.\S+)$/m.exec(read('example/Dockerfile')) ?? [];
    // Source: NVIDIA, "CUDA Compatibility", minor version compatibility.
    const driver = { 12: '525', 13: '580' }[cuda];
    expect(page.replace(/\s+/g, ' ')).toContain(`\`${base}\`, for drivers from ${driver} on`);
  });
});

test('the page of Argo CD shows settings that are allowed', () => {
  const [, settings = ''] = /```yaml\n([\s\S]*?)```/.exec(read('docs/how-to/argo-cd.md')) ?? [];
  expect(parse(settings)).toHaveProperty('argocd.automated', true);
  expect(problems(stringify(merge(SMALLEST, parse(settings) as object)))).toEqual([]);
});

const FRONT = [...pages('docs/front').filter((page) => page !== 'docs/front/example.md'), 'docs/static-files.md'];

describe.each(FRONT)('%s', (page) => {
  const blocks = (language: string) =>
    [...read(page).matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);
  const settings = blocks('yaml')
    .map((text) => parse(text) as object)
    .filter((file) => 'nginx' in file);

  test('shows settings that are allowed', () => {
    expect(settings).not.toEqual([]);
    for (const file of settings) expect(problems(stringify(merge(SMALLEST, file)))).toEqual([]);
  });

  test('shows directives that follow from them', () => {
    // The namespace of an environment follows from the name of its file.
    const conf = settings.map((file) => confText(render({ namespace: 'shop-prod', ...file }))).join('\n');
    const lines = blocks('nginx')
      .flatMap((text) => text.split('\n'))
      .map((line) => line.trim())
      .filter((line) => line.endsWith(';'));
    expect(lines.filter((line) => !conf.includes(line))).toEqual([]);
    expect(lines).not.toEqual([]);
  });

  test('says how to see that it works', () => {
    expect(read(page)).toMatch(/^ {4}\$ /m);
  });
});

test('the history that the page of releases shows is what the command writes', () => {
  const release = { objects: [], parts: 1, who: 'ada@laptop', user: 'ada' } as const;
  const image = (tag: string) => `registry.example.com/team/shop:${tag}`;
  const reason = 'the Job shop-migrate-5b1c09fe has failed (Job has reached the specified backoff limit); its last line above says why';
  const user = 'system:serviceaccount:ci:deploy';
  const written = table([
    { ...release, number: 14, status: 'deployed', of: 12, image: image('1.4.1'), revision: '3f2c9ab', when: '2026-11-24T03:12:40Z' },
    { ...release, number: 13, status: 'failed', image: image('1.4.2'), revision: '9d01e77-dirty', when: '2026-11-24T02:50:02Z', reason },
    {
      ...release,
      number: 12,
      status: 'deployed',
      image: image('1.4.1'),
      revision: '3f2c9ab',
      when: '2026-11-17T09:30:11Z',
      who: 'ci@runner',
      user,
    },
  ]);
  expect(read('docs/how-to/release.md')).toContain(`\n\`\`\`\n${written}\n\`\`\`\n`);
});
