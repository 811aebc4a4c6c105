/** What the commands of every day say to whom they refuse their work: why, and what mends it. Nothing of them is left then. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kubectl } from '../../cli/kubectl';
import { Lock } from '../../cli/release/lock';
import { Begun } from './support/begun';
import { Commands, SOURCE, type Name } from './support/commands';
import { account, withKubeconfig } from './support/kubeconfig';
import { until } from './support/kubectl';
import { Release } from './support/release';
import { serving } from './support/visitor';

const release = Release.shared();
const commands = new Commands(release);

/** Of what commands make, change or delete. */
const KINDS = 'jobs,leases,configmaps,secrets,deployments,statefulsets,services,persistentvolumeclaims';
const objects = () => release.kubectl('get', KINDS, '--output=name').split('\n');
let before: string[];

beforeAll(async () => {
  await serving(release);
  before = objects();
});
afterEach(() => expect(objects()).toEqual(before));

describe('who may only look', () => {
  let file: string;
  beforeAll(async () => {
    file = account(release.path('viewer.json'), release, 'viewer', 'view');
    const viewer = `--as=system:serviceaccount:${release.namespace}:viewer`;
    await until('its rights to be known', () => release.kubectl('auth', 'can-i', 'list', 'pods', viewer));
  });
  afterAll(() => release.kubectl('delete', 'serviceaccount/viewer', 'rolebinding/viewer'));
  const MAY_NOT: Readonly<Partial<Record<Name, string>>> = {
    up: 'create leases',
    createsuperuser: 'create pods/exec',
    makemigrations: 'create pods/exec',
    migrate: 'create leases',
    backup: 'create jobs',
    down: 'create leases',
  };

  test.each(Object.entries(MAY_NOT))('%s', async (name, what) => {
    expect(await withKubeconfig(file, () => commands.refusal(name as Name))).toMatch(
      new RegExp(`^\\S+:viewer may not ${what} in the namespace "${release.namespace}" \\(Forbidden\\): whoever administers the cluster `),
    );
  });

  test('exec, shell and psql', async () => {
    const commands = ['exec prod -- ls', "shell prod -- -c 'print(1)'", "psql prod -- -c 'select 1'"];
    const failure = (command: string) =>
      release.follow(`npm run --silent ${command}`).then(String, (error: unknown) => (error as Error).message);
    for (const one of await withKubeconfig(file, () => Promise.all(commands.map(failure))))
      expect(one).toMatch(/User "\S+:viewer" cannot create resource "pods\/exec" in API group "" in the namespace /);
  });
});

describe('who may not even look', () => {
  let file: string;
  beforeAll(() => {
    file = account(release.path('nobody.json'), release, 'nobody');
  });
  afterAll(() => release.kubectl('delete', 'serviceaccount/nobody'));

  test.each([
    ['status', 'list pods, deployments, statefulsets, jobs, cronjobs, persistentvolumeclaims, events'],
    ['logs', 'list pods'],
  ] as const)('%s', async (name, what) => {
    expect(await withKubeconfig(file, () => commands.refusal(name))).toMatch(new RegExp(`^\\S+:nobody may not ${what} in the namespace `));
  });
});

test('up, migrate and down, while somebody else releases', async () => {
  const lock = await Lock.take(new Kubectl(release.namespace), release.release);
  try {
    const refused = Promise.all((['up', 'migrate', 'down'] as const).map((name) => commands.refusal(name)));
    await until('them to look', () => commands.said.length >= 3);
    release.kubectl('annotate', 'lease', `${release.release}-release`, 'renewed=yes');
    for (const one of await refused)
      expect(one).toMatch(/^\S+@\S+ \(process \d+\) is at a release or restore of its own: wait until it has ended$/);
  } finally {
    await lock.giveBack();
  }
});

describe('where Argo CD applies what is in Git', () => {
  beforeAll(() => release.edit('dev', { argocd: { repository: 'https://git.example.com/team/shop.git' } }));
  afterAll(() => release.edit('dev'));

  test.each([
    ['up', 'Commit dist/: '],
    ['migrate', 'A sync migrates: '],
    ['down', 'Delete its Application: '],
  ] as const)('%s', async (name, instead) => {
    expect(await commands.refusal(name)).toContain(
      `dev has the section argocd: Argo CD applies what is in Git, and would undo this. ${instead}`,
    );
  });
});

describe('what fails in a pod', () => {
  const jobs = () => release.list('jobs').map(({ metadata }) => metadata.name);
  const made = () => jobs().filter((name) => !before.includes(`job.batch/${name}`));
  afterEach(() => release.kubectl('delete', 'job', ...made()));

  test('a backup that may not log in', async () => {
    const cronJob = `${release.release}-backup`;
    release.kubectl('patch', 'cronjob', cronJob, '--patch', '{"spec":{"jobTemplate":{"spec":{"backoffLimit":0}}}}');
    release.sql(`alter role ${release.release}_backup nologin`);
    try {
      expect(await commands.refusal('backup')).toMatch(/^the Job \S+ has failed \(.*\); its last line above says why$/);
      expect(commands.said.at(-1)).toMatch(/^\{"event":"backup_failed","reason":".*is not permitted to log in/);
    } finally {
      release.sql(`alter role ${release.release}_backup login`);
    }
  });

  test('a migration without a file for what has changed in the models', async () => {
    const override = { kind: 'Job', name: `${release.release}-migrate`, merge: { spec: { backoffLimit: 0 } } };
    release.edit('forgotten', { overrides: [override] });
    expect(await commands.refusal('migrate')).toMatch(/^the Job \S+ has failed \(.*\); its last line above says why$/);
    expect(commands.said.join('\n')).toContain('model changes without a migration file');
    release.edit('dev');
  });
});

test('makemigrations that is interrupted leaves nothing in the pod, and writes nothing', async () => {
  const source = release.path('interrupted');
  cpSync(SOURCE, source, { recursive: true, filter: (path) => !path.endsWith('.sqlite3') });
  const models = join(source, 'guestbook/models.py');
  writeFileSync(models, `${readFileSync(models, 'utf8')}\nimport time\nprint('it has begun', flush=True)\ntime.sleep(30)\n`);
  const migrations = readdirSync(join(source, 'guestbook/migrations'));
  const scratch = () => release.kubectl('exec', `deployment/${release.release}-gunicorn`, '-c', 'gunicorn', '--', 'ls', '/tmp');
  const command = new Begun(release, 'makemigrations', 'dev', '--', '--source', 'interrupted', 'guestbook');
  await until('it to begin', () => command.said.includes('it has begun'));
  expect(scratch()).toContain('makemigrations');
  await command.interrupt();
  expect(scratch()).not.toContain('makemigrations');
  expect(readdirSync(join(source, 'guestbook/migrations'))).toEqual(migrations);
});
