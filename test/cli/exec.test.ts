import { Readable } from 'node:stream';
import { CommandError } from '../../cli/command';
import { createsuperuser } from '../../cli/createsuperuser';
import { exec } from '../../cli/exec';
import { shell } from '../../cli/manage';
import { psql } from '../../cli/psql';
import { FakePods, pod } from '../support/fake-pods';
import { place } from '../support/place';

const here = place();
const terminals = [process.stdin.isTTY, process.stdout.isTTY];
const terminal = (is: boolean) => {
  process.stdin.isTTY = is;
  process.stdout.isTTY = is;
};
beforeEach(() => {
  here.project();
  terminal(false);
});
afterEach(() => {
  delete process.env.DJANGO_SUPERUSER_PASSWORD;
});
afterAll(() => {
  [process.stdin.isTTY, process.stdout.isTTY] = terminals as [boolean, boolean];
});

const reason = (promise: Promise<unknown>) => promise.then(String, (error: unknown) => (error as Error).message);
/** What was run where, of one command. */
async function ran(act: (pods: FakePods) => Promise<number>, pods = new FakePods()): Promise<string> {
  await act(pods);
  return pods.attachedTo[0]?.join(' ') ?? '';
}

describe('exec', () => {
  const run = (words: string[], pods?: FakePods) => ran((one) => exec('prod', words, {}, here.root, one), pods);

  test('runs it in the newest pod of Gunicorn that is ready', async () => {
    const pods = new FakePods([
      pod('shop-gunicorn-new', 'gunicorn', true, '03'),
      pod('shop-gunicorn-newest', 'gunicorn', false, '04'),
      pod('shop-gunicorn-old', 'gunicorn', true, '02'),
      pod('shop-nginx-a', 'nginx', true, '05'),
    ]);
    expect(await run(['ls', '-l'], pods)).toBe('exec --stdin shop-gunicorn-new --container gunicorn -- ls -l');
  });

  test('runs it in a pod of the component that the first word names', async () => {
    expect(await run(['postgres', 'ls'])).toBe('exec --stdin shop-postgres-0 --container postgres -- ls');
  });

  test('a pod that is going is not ready', async () => {
    const going = pod('shop-gunicorn-a', 'gunicorn');
    const pods = new FakePods([{ ...going, metadata: { ...going.metadata, deletionTimestamp: '2026-11-24T01:00:00Z' } }]);
    expect(await reason(exec('prod', ['ls'], {}, here.root, pods))).toBe(
      'no pod of gunicorn is ready in shop-prod; there are:\n  shop-gunicorn-a: is going\nnpm run status says why, and what mends it',
    );
  });

  test('is given a terminal where there is one', async () => {
    terminal(true);
    expect(await run(['ls'])).toContain('exec --stdin --tty shop-gunicorn-a');
  });

  test('ends with the exit code of what it ran', async () => {
    expect(await exec('prod', ['false'], {}, here.root, new FakePods(undefined, undefined, 7))).toBe(7);
  });

  test('--dry-run shows what would be run', async () => {
    const pods = new FakePods();
    await exec('prod', ['sh', '-c', "echo 'a b'"], { dryRun: true }, here.root, pods);
    expect(here.said).toEqual([
      `kubectl --namespace shop-prod exec --stdin shop-gunicorn-a --container gunicorn -- sh -c 'echo '\\''a b'\\'''`,
    ]);
    expect(pods.attachedTo).toEqual([]);
  });

  test.each<[string[], readonly object[] | undefined, string]>([
    [[], undefined, 'the command to run is missing: npm run exec prod gunicorn -- ls /tmp'],
    [['nginx'], undefined, 'the command to run is missing: npm run exec prod nginx -- ls /tmp'],
    [['nginx', '-T'], undefined, 'the command to run is missing, got "-T": npm run exec prod nginx -- ls /tmp'],
    [['ls'], [], 'no pod of gunicorn is ready in shop-prod; there are none: has it been applied, in the cluster of this context?'],
    [
      ['ls'],
      [pod('shop-gunicorn-a', 'gunicorn', false)],
      'no pod of gunicorn is ready in shop-prod; there are:\n  shop-gunicorn-a: Pending: ImagePullBackOff\n' +
        'npm run status says why, and what mends it',
    ],
  ])('%j is refused with a reason', async (words, pods, expected) => {
    expect(await reason(exec('prod', words, {}, here.root, new FakePods(pods)))).toBe(expected);
  });
});

test("the shell is Django's, with the project's secrets", async () => {
  expect(await ran((pods) => shell('prod', ['-c', 'print(1)'], {}, here.root, pods))).toBe(
    'exec --stdin shop-gunicorn-a --container gunicorn -- python3 /runtime/manage.py shell -c print(1)',
  );
});

describe('psql', () => {
  const run = (role?: 'app' | 'owner' | 'administrator', pods?: FakePods) =>
    ran((one) => psql('prod', ['-c', 'select 1'], { role }, here.root, one), pods);

  test.each([
    [undefined, 'env PGOPTIONS=-c role=shop_app psql'],
    ['owner' as const, 'env PGOPTIONS=-c role=shop_owner psql'],
    ['administrator' as const, 'psql'],
  ])('as %s', async (role, program) => {
    expect(await run(role)).toBe(`exec --stdin shop-postgres-0 --container postgres -- ${program} -U shop -d shop -c select 1`);
  });

  test('of several servers it goes to the one that writes', async () => {
    here.project({ postgres: { kind: 'cloudnative-pg', storage: '1Gi' } });
    const server = pod('shop-postgres-2', 'postgres');
    const pods = new FakePods([{ ...server, metadata: { ...server.metadata, labels: { 'cnpg.io/cluster': 'shop-postgres' } } }]);
    expect(await run(undefined, pods)).toBe(
      'exec --stdin svc/shop-postgres-rw --container postgres -- env PGOPTIONS=-c role=shop_app psql -U postgres -d shop -c select 1',
    );
  });

  test('of a server that somebody else runs it says what to run', async () => {
    const external = { host: 'db.example.com', addresses: ['10.0.0.0/16'], secretName: 'managed' };
    const postgres = { kind: 'external', version: 17, user: 'manager', maxConnections: 100, external, storage: undefined };
    here.project({ postgres, drill: { storage: '1Gi' } });
    const pods = new FakePods([]);
    expect(await reason(psql('prod', [], {}, here.root, pods))).toBe(
      'postgres.kind is external: no pod of the release has that server. From where it is reached:\n' +
        "PGOPTIONS='-c role=manager_app' psql -h db.example.com -p 5432 -U manager -d shop",
    );
  });

  test('a database that is not ready is said', async () => {
    const pods = new FakePods([pod('shop-postgres-0', 'postgres', false)]);
    expect(await reason(psql('prod', [], {}, here.root, pods))).toContain('no pod of postgres is ready');
  });
});

describe('createsuperuser', () => {
  const SECRET = 'of-the-test';
  const who = { username: 'ada', email: 'ada@example.com' };
  const make = (pods: FakePods, input = '') => createsuperuser('prod', who, here.root, pods, Readable.from([input]));

  test('takes the password from the input, and gives it to the input of the pod alone', async () => {
    const pods = new FakePods();
    expect(await make(pods, `${SECRET}\nmore`)).toBe(0);
    const [call] = pods.ran;
    expect(JSON.parse(call?.input ?? '')).toEqual({ DJANGO_SUPERUSER_PASSWORD: SECRET });
    expect(call?.args.join(' ')).not.toContain(SECRET);
    expect(call?.args.slice(-7)).toEqual([
      ...['/runtime/manage.py', 'createsuperuser', '--username', 'ada', '--email', 'ada@example.com', '--noinput'],
    ]);
    expect(here.said.join('\n')).not.toContain(SECRET);
  });

  test('takes it from the environment, in a terminal too, where nothing is asked then', async () => {
    terminal(true);
    process.env.DJANGO_SUPERUSER_PASSWORD = SECRET;
    const pods = new FakePods();
    await make(pods);
    expect([pods.attachedTo, JSON.parse(pods.ran[0]?.input ?? '')]).toEqual([[], { DJANGO_SUPERUSER_PASSWORD: SECRET }]);
  });

  test('asks in a terminal', async () => {
    terminal(true);
    expect(await ran((pods) => make(pods))).toBe(
      'exec --stdin --tty shop-gunicorn-a --container gunicorn -- python3 /runtime/manage.py createsuperuser --username ada --email ada@example.com',
    );
  });

  test('without terminal and password it says so before anything is run', async () => {
    const pods = new FakePods();
    expect(await reason(make(pods))).toBe(
      'there is no terminal to ask for the password in: give it as DJANGO_SUPERUSER_PASSWORD, or as a line of the input',
    );
    expect(pods.ran).toEqual([]);
  });

  test('what Django refuses is said', async () => {
    const pods = new FakePods(undefined, () => new CommandError('CommandError: Error: That username is already taken.'));
    expect(await reason(make(pods, SECRET))).toContain('already taken');
  });

  test('--dry-run shows what would be run, and needs no password', async () => {
    const pods = new FakePods();
    await createsuperuser('prod', { ...who, dryRun: true }, here.root, pods, Readable.from(['']));
    expect(here.said.join('\n')).toMatch(/^kubectl .* createsuperuser --username ada --email ada@example.com --noinput$/);
    expect(pods.ran).toEqual([]);
  });
});
