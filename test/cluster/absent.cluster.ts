/** What the commands of every day say where something they need is not there: a cluster, the release, or its Secrets. */
import { Begun } from './support/begun';
import { Commands, NAMES, type Name } from './support/commands';
import { unknown, unreachable, withKubeconfig } from './support/kubeconfig';
import { kubectl, until } from './support/kubectl';
import { Release } from './support/release';

/** Not applied at first, and never with its Secrets. */
const bare = new Release('dev', { release: 'bare', django: { hosts: ['bare.localhost'] } });
const commands = new Commands(bare);

beforeAll(() => bare.edit('dev'));
afterAll(() => {
  kubectl(['delete', 'namespace', bare.namespace, '--ignore-not-found', '--wait=false']);
});

describe('where no cluster answers', () => {
  const file = unreachable(bare.path('unreachable.json'));

  test.each(NAMES)('%s', async (name) => {
    expect(await withKubeconfig(file, () => commands.refusal(name))).toMatch(
      /^no cluster answers at 127\.0\.0\.1:1 \(connection refused\): does it run, and is it the one you mean\? kubectl config get-contexts /,
    );
  });
});

describe('whom the cluster does not know', () => {
  const file = unknown(bare.path('unknown.json'));

  test.each(['status', 'backup', 'down'] as const)('%s', async (name) => {
    expect(await withKubeconfig(file, () => commands.refusal(name))).toMatch(
      /^the cluster does not know who you are \(Unauthorized\): sign in to it again, /,
    );
  });
});

describe('where nothing is installed', () => {
  const { namespace } = bare;
  const APPLIED = 'has it been applied, in the cluster of this context?';
  const noPod = (component: string) => `no pod of ${component} is ready in ${namespace}; there are none: ${APPLIED}`;
  const noNamespace = `there is no namespace ${namespace} (NotFound): ${APPLIED}`;

  test.each<[Name, string]>([
    ['status', `${namespace} has nothing of it: npm run release dev`],
    ['logs', `no pod of ${bare.release} is in ${namespace}: ${APPLIED}`],
    ...(['exec', 'shell', 'createsuperuser', 'makemigrations'] as const).map((name): [Name, string] => [name, noPod('gunicorn')]),
    ['psql', noPod('postgres')],
    ...(['migrate', 'backup', 'down'] as const).map((name): [Name, string] => [name, noNamespace]),
  ])('%s', async (name, expected) => {
    expect(await commands.refusal(name)).toBe(expected);
  });

  test('nothing is made there', () => {
    expect(() => kubectl(['get', 'namespace', namespace])).toThrow('NotFound');
  });
});

describe('where the Secrets are missing', () => {
  let waiting: readonly Begun[];
  const MENDS = 'npm run status says why, and what mends it';
  beforeAll(async () => {
    bare.apply();
    waiting = [new Begun(bare, 'migrate', 'dev'), new Begun(bare, 'backup', 'dev')];
    const told = (component: string) => bare.pods(component).some(({ status }) => status.containerStatuses !== undefined);
    await until('pods whose node says what they wait for', () => told('gunicorn') && told('postgres'));
  });

  test.each<[Name, string, string]>([
    ...(['exec', 'shell', 'createsuperuser', 'makemigrations'] as const).map((name): [Name, string, string] => [
      name,
      'gunicorn',
      'gunicorn-',
    ]),
    ['psql', 'postgres', 'postgres-0'],
  ])('%s', async (name, component, pod) => {
    const pods = `no pod of ${component} is ready in ${bare.namespace}; there are:\n  ${bare.release}-${pod}`;
    expect(await commands.refusal(name)).toMatch(new RegExp(`^${pods}\\S*: Pending: .*\n${MENDS}$`));
  });

  test('logs', async () => {
    expect(await commands.refusal('logs')).toBe(`no pod of ${bare.release} has begun in ${bare.namespace}: ${MENDS}`);
  });

  test('migrate and backup, which say what they wait for, and leave no lock when they are interrupted', async () => {
    await until('what they wait for', () => waiting.every((one) => one.said.includes(MENDS)));
    // What they say before may pass.
    expect(waiting.map((one) => new RegExp(`waiting for \\w+: \\w+(?=; ${MENDS})`).exec(one.said)?.[0])).toEqual([
      'waiting for roles: PodInitializing',
      'waiting for backup: ContainerCreating',
    ]);
    expect(bare.list('leases')).toHaveLength(1);
    await Promise.all(waiting.map((one) => one.interrupt()));
    expect(bare.list('leases')).toEqual([]);
  });

  test('status', async () => {
    expect(await commands.refusal('status')).toMatch(
      new RegExp(`the Secret ${bare.release}-\\S+ is not there\n +mend: npm run secrets dev`),
    );
  });
});
