/** What the pages say of `npm run status` is what it does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { CAUSES } from '../../../cli/status/causes';
import { model } from '../../../cli/status/model';
import type { Gathered } from '../../../cli/status/gather';
import { Members } from '../../../cli/status/members';
import { Subjects } from '../../../cli/status/subjects';
import { age, text, topOf } from '../../../cli/status/text';
import { config, ROOT } from '../../support/stack';
import { container, cronJob, event, homeless, job, NOW, pod, terminated, waiting, workload } from './objects';

let certificate = '';
const page = readFileSync(join(ROOT, 'docs/how-to/status.md'), 'utf8');
const place = {
  name: 'prod',
  config: { ...config({ image: 'registry.example.com/team/shop:1.4.1' }), namespace: 'shop-prod' },
};

const gpu = { containers: [{ name: 'gunicorn', image: 'x', resources: { limits: { 'nvidia.com/gpu': '1' } } }] };
const GPUS = { spec: { replicas: 2, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }, template: { spec: gpu } } };
const backup = job('backup', 'Failed', { name: 'shop-backup-29403060', created: '2026-11-24T03:00:00Z' });
const drill = job('drill', 'Complete', { name: 'shop-drill-29401560', created: '2026-11-23T04:00:00Z' });

function gathered(): Gathered {
  const slow = pod({
    component: 'nginx',
    name: 'shop-nginx-7c9f8d6b5-q8rzl',
    created: '2026-11-24T09:58:10Z',
    containers: [container('nginx', waiting('PodInitializing'))],
    volumes: [{ name: 'secret-tls', secret: { secretName: 'shop-tls' } }],
  });
  const found = [
    workload('gunicorn', 2, GPUS),
    pod({ gpus: 1 }),
    homeless('0/2 nodes are available: 2 Insufficient nvidia.com/gpu. preemption: none', {
      name: 'shop-gunicorn-6d5f7c9b8-k9p2m',
      created: '2026-11-24T09:46:00Z',
    }),
    workload('nginx', 2),
    pod({
      component: 'nginx',
      name: 'shop-nginx-7c9f8d6b5-4nd6w',
      containers: [container('nginx', { restartCount: 1, lastState: terminated(0) })],
    }),
    slow,
    event(slow, 'FailedMount', 'MountVolume.SetUp failed for volume "secret-tls" : references non-existent secret key: tls.crt'),
    workload('postgres', 1, {}, 'StatefulSet'),
    pod({ component: 'postgres', name: 'shop-postgres-0', node: 'node-b', created: '2026-11-20T07:00:00Z' }),
    job('migrate', 'Complete'),
  ];
  const members = new Members(found, place.config);
  return {
    members,
    subjects: new Subjects(found, members, {}),
    releases: [{ number: 14, status: 'deployed', image: 'x', who: 'ada@laptop', objects: [], parts: 1, when: '2026-11-24T09:49:40Z' }],
    answer: { status: 200, text: 'ok' },
    certificates: [{ secret: 'shop-tls', pem: certificate }],
    schedules: [
      [
        'backup',
        {
          cronJob: cronJob('backup', { lastSuccessfulTime: '2026-11-23T03:00:09Z' }),
          jobs: [backup],
          last: { job: backup, line: '{"event":"backup_failed","reason":"waited 300 s for the database server: no response"}' },
        },
      ],
      [
        'drill',
        {
          cronJob: cronJob('drill', {}, { schedule: '0 4 * * 1' }),
          jobs: [drill],
          last: { job: drill, line: '{"event":"drill_ok","backup":"shop-20261123T030004Z","seconds":3,"tables":12,"rows":1874}' },
        },
      ],
    ],
    nodes: [{ name: 'node-a', all: { 'nvidia.com/gpu': 2 }, unhealthy: {}, free: { 'nvidia.com/gpu': 0 } }],
  };
}

beforeAll(async () => {
  const options = { notBeforeDate: new Date(NOW), notAfterDate: new Date(NOW + 61 * 86_400_000) };
  certificate = (await generate([{ name: 'commonName', value: 'shop.example.com' }], { keyType: 'ec', ...options })).cert;
});

const screen = (width: number, colours = false) => text(model(place, gathered(), NOW), { width, colours, now: NOW });

test('the screen that it shows is that of those objects', () => {
  expect(page).toContain(`\n\`\`\`\n${screen(100)}\n\`\`\`\n`);
});

test.each([80, 160])('in %i columns no line is wider, and wide ones show more of a pod', (width) => {
  const lines = screen(width).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  expect(lines.some((line) => /Ready +3h +1 nvidia/.test(line))).toBe(width > 80);
  expect(lines.filter((line) => line.includes('shop-nginx-7c9f8d6b5-4nd6w'))).toEqual([expect.stringContaining('1 restart')]);
});

test.each([
  [24, 23, /^… 7 more lines: make the terminal higher$/],
  [29, 28, /^… 2 more lines: make the terminal higher$/],
  [30, 29, /^ {4}shop-postgres-0 /],
])('of a terminal with %i rows it fills no more than is seen at once', (rows, lines, last) => {
  const shown = topOf(screen(100), rows).split('\n');
  expect(shown).toHaveLength(lines);
  expect(shown[0]).toBe('shop-prod: 3 things are not well');
  expect(shown.at(-1)).toMatch(last);
});

test.each([60, 0])('with %i rows, or where it is not known how many, all of it is shown', (rows) => {
  expect(topOf(screen(100), rows)).toBe(screen(100));
});

test('colours stand around what is said, and change nothing of it', () => {
  const coloured = screen(120, true);
  expect(coloured).toMatch(/\u001b\[31m! backup .*\u001b\[0m/);
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(screen(120));
});

test.each([
  ['2026-11-24T09:59:15Z', '45s'],
  ['2026-11-24T09:48:00Z', '12m'],
  ['2026-11-24T04:59:00Z', '5h'],
  ['2026-11-20T09:00:00Z', '4d'],
  ['2026-11-24T10:00:05Z', '0s'],
])('since %s it is %s', (since, says) => {
  expect(age(since, NOW)).toBe(says);
});

test('the causes that it says were seen are those that the cluster suite makes happen', () => {
  const [, list = ''] = /makes these happen, and reads what is said: ([^.]*)\./.exec(page) ?? [];
  const seen = [...list.matchAll(/`([\w-]+)`/g)].map(([, name]) => name ?? '');
  const suite = ['status.cluster.ts', 'elsewhere.cluster.ts', 'gpu.node.ts']
    .map((file) => readFileSync(join(ROOT, 'test/cluster', file), 'utf8'))
    .join('');
  const made = CAUSES.map(({ name }) => name).filter((name) => new RegExp(`^  ['"]?${name}['"]?: \\[|^test\\('${name}: `, 'm').test(suite));
  expect(seen).toEqual(made);
  expect(seen).not.toEqual([]);
});
