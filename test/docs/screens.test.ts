/** What the README shows of `npm run up` and `npm run status` is what they print. */
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { environmentNamed } from '../../cli/command';
import type { Gathered } from '../../cli/status/gather';
import { Members } from '../../cli/status/members';
import { model } from '../../cli/status/model';
import { Subjects } from '../../cli/status/subjects';
import { text } from '../../cli/status/text';
import { up } from '../../cli/up/up';
import { manifestsOf } from '../../constructs/compose';
import { container, cronJob, job, pod, workload } from '../cli/status/objects';
import { FakeCluster } from '../support/fake-cluster';
import { interrupted } from '../support/interrupted';
import { place } from '../support/place';
import { ROOT } from '../support/stack';
import { terminal } from '../support/terminal';
import { read } from './pages';

const [, session = ''] = /^```text\n(\$ kind [^]*?)^```$/m.exec(read('README.md')) ?? [];

/** What stands there below a command, in lines. */
function shown(command: string): string[] {
  const found = session.split(/^\$ /m).find((part) => part.startsWith(command));
  return found?.trimEnd().split('\n').slice(1) ?? [];
}

describe('npm run up dev', () => {
  const here = place();
  beforeEach(() => {
    mkdirSync(join(here.root, 'environments'));
    cpSync(join(ROOT, 'environments/dev.yaml'), join(here.root, 'environments/dev.yaml'));
    mkdirSync(join(here.root, 'example/django_app'), { recursive: true });
    symlinkSync(join(ROOT, 'example/django_app/static'), join(here.root, 'example/django_app/static'));
  });

  /** Until Ctrl-C. */
  async function run(): Promise<void> {
    const cluster = new FakeCluster();
    const running = up('dev', {}, here.root, cluster);
    await interrupted(cluster);
    await running;
  }

  const [left, ...end] = shown('npm run up dev');
  const last = 'shop-dev runs on; npm run logs dev -- --follow shows this again';

  test.each([80, 160])('ends so in a terminal of %i columns', async (columns) => {
    const { rows, output } = terminal(columns);
    jest.spyOn(console, 'log').mockImplementation((line: string) => void output.write(`${line}\n`));
    const stdout = Object.getOwnPropertyDescriptor(process, 'stdout') ?? {};
    Object.defineProperty(process, 'stdout', { value: { ...output, on: () => undefined }, configurable: true });
    await run().finally(() => Object.defineProperty(process, 'stdout', stdout));
    expect([left, ...rows.slice(-2 - end.length)]).toEqual(['…', ...end, last, '']);
  });

  test('ends so in a pipe, without codes of terminals', async () => {
    await run();
    expect(here.said.slice(-1 - end.length)).toEqual([...end, last]);
    expect(here.said.join('\n')).not.toContain('\x1b');
  });
});

describe('npm run status dev', () => {
  const BEGUN = '2026-11-24T09:58:10Z';
  const NOW = Date.parse('2026-11-24T09:59:50Z');
  const NEW = { created: BEGUN };
  const BUILT = 'registry.example.com/example/shop:3f2c9ab41d07';
  let certificate = '';
  beforeAll(async () => {
    const options = { notBeforeDate: new Date(BEGUN), notAfterDate: new Date(Date.parse(BEGUN) + 365 * 86_400_000) };
    certificate = (await generate([{ name: 'commonName', value: 'shop.localhost' }], { keyType: 'ec', ...options })).cert;
  });

  const dev = environmentNamed('dev', ROOT);
  const schedules = manifestsOf(dev, ROOT)
    .filter(({ kind }) => kind === 'CronJob')
    .map(({ metadata, spec }) => {
      const { metadata: known, ...one } = cronJob(metadata.name.replace(/^shop-/, ''), {}, spec as { schedule: string });
      return { ...one, metadata: { ...known, creationTimestamp: BEGUN } };
    });

  /** A first release, soon after it began. */
  function gathered(): Gathered {
    const migrated = job('migrate', 'Complete', { created: BEGUN });
    const found = [
      workload('gunicorn', 1),
      pod({ ...NEW, containers: [container('gunicorn', { image: BUILT })] }),
      workload('nginx', 1),
      pod({ ...NEW, component: 'nginx', name: 'shop-nginx-7c9f8d6b5-4nd6w' }),
      workload('postgres', 1, {}, 'StatefulSet'),
      pod({ ...NEW, component: 'postgres', name: 'shop-postgres-0' }),
      { ...migrated, status: { ...migrated.status, completionTime: '2026-11-24T09:59:20Z' } },
    ];
    const members = new Members(found, dev.config);
    return {
      members,
      subjects: new Subjects(found, members, {}),
      releases: [{ number: 1, status: 'deployed', image: BUILT, who: 'ada@laptop', objects: [], parts: 1, when: BEGUN }],
      answer: { status: 200, text: 'ok' },
      certificates: [{ secret: 'shop-tls', pem: certificate }],
      schedules: schedules.map((one) => [one.metadata.name.replace(/^shop-/, ''), { cronJob: one, jobs: [] }]),
    };
  }

  const screen = (width: number, colours = false) => text(model(dev, gathered(), NOW), { width, colours, now: NOW });

  test('prints that screen after it', () => {
    expect(screen(120).split('\n')).toEqual(shown('npm run status dev'));
  });

  test.each([80, 160])('has no line that is wider than a terminal of %i columns, and the same in colours', (width) => {
    expect(
      Math.max(
        ...screen(width)
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(width);
    expect(screen(width, true)).toContain('\x1b[');
    expect(screen(width, true).replace(/\x1b\[\d+m/g, '')).toBe(screen(width));
  });
});
