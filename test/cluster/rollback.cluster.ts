/** `npm run release` and `npm run rollback`, as the page says. */
import { Kubectl } from '../../cli/kubectl';
import { Lock } from '../../cli/release/lock';
import { tagOf, until } from './support/kubectl';
import { block } from './support/page';
import { Release, type Variant } from './support/release';
import { answering, arrive, visit, write } from './support/visitor';

const release = new Release('dev', { release: 'journal', django: { hosts: ['journal.localhost'] } });
const PAGE = 'how-to/release.md';
const follow = (text: string) => release.follow(block(PAGE, text));
/** Two pods of Nginx, whose number an autoscaler gets in the end. */
const released = (variant: Variant, nginx: object = {}) => {
  release.edit(variant, { nginx: { replicas: 2, ...nginx } });
  return follow('npm run release prod\n');
};
const reason = (promise: Promise<unknown>) => promise.then(String, (error: unknown) => (error as Error).message);
const image = () => release.ready('gunicorn').map(tagOf);
const applied = () => release.sql("select name from django_migrations where app = 'guestbook' order by 1").split('\n');
const columns = () =>
  release.sql("select count(*) from information_schema.columns where table_name = 'guestbook_entry' and column_name = 'mood'");
const isLocked = () => release.list('leases').some(({ metadata }) => metadata.name === 'journal-release');
const configMaps = () =>
  release.list('configmaps').flatMap(({ metadata: { name } }) => (/^journal-nginx-[0-9a-f]{8}$/.test(name) ? [name] : []));

/** Pods that stop answer until the front has heard of it. */
function alone(): Promise<boolean> {
  const pods = () => release.list('pods', 'app.kubernetes.io/component=gunicorn');
  return until('the pods of before to be gone', () => pods().every(({ metadata }) => metadata.deletionTimestamp === undefined));
}

beforeAll(async () => {
  arrive();
  await release.fillSecrets();
});
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

test('the first release and the next are waited for, and what is gone is removed; two at once are not', async () => {
  expect(await released('dev')).toMatch(/release 1 of journal-dev[^]*Applying guestbook.0001_initial[^]*release 1 serves$/);
  await answering(release);
  const before = configMaps();
  expect(before).toHaveLength(1);
  const other = until('the lock to be held', isLocked).then(() => reason(Lock.take(new Kubectl(release.namespace), release.release)));
  expect(await released('mood', { uploadLimit: '7Mi' })).toMatch(/1 pending:\s+guestbook.0002_mood[^]*"event":"backup_ok"/);
  expect(await other).toMatch(/^\S+@\S+ \(process \d+\) is at a release or restore of its own: wait until it has ended$/);
  expect(image()).toEqual(['mood']);
  expect(configMaps()).toEqual([expect.not.stringMatching(before[0] ?? '')]);
  expect(isLocked()).toBe(false);
});

test('a migration that the code of before does not run with is named, with what undoing it loses, and nothing changes', async () => {
  await alone();
  expect(write(release, 'Ada', 'with a mood')).toBe(302);
  const said = await reason(follow('--dry-run'));
  expect(said).toMatch(
    /release 1 cannot come back: its code does not run with migrations that were applied since:\n {2}guestbook.0002_mood\n/,
  );
  expect(said).toContain('loses column mood of guestbook_entry');
  expect([applied(), image()]).toEqual([['0001_initial', '0002_mood'], ['mood']]);
});

test('undone after a backup, it lets the release of before come back, and what was written is there', async () => {
  const said = await follow('--migrations reverse');
  expect(said).toMatch(/"event":"backup_ok"[^]*release 3 serves, as 1 did$/);
  expect([applied(), columns(), image()]).toEqual([['0001_initial'], '0', ['dev']]);
  await alone();
  expect(visit(release, '/').text).toContain('with a mood');
  expect(write(release, 'Ada', 'without one')).toBe(302);
});

let beforeOneWay = '';

test('a migration that cannot be undone stands in the way, unless it is to be kept', async () => {
  const told = await released('oneway');
  beforeOneWay = (/"backup":"journal-([^"]+)"/.exec(told)?.[1] ?? '').replace(/^(....)(..)(..T..)(..)(..)Z$/, '$1-$2-$3:$4:$5Z');
  const said = await reason(follow('--migrations reverse'));
  expect(said).toMatch(/guestbook.0002_oneway\n {4}RunSQL/);
  expect([applied(), image()]).toEqual([['0001_initial', '0002_oneway'], ['oneway']]);
  await follow('--migrations keep');
  expect([applied(), image()]).toEqual([['0001_initial', '0002_oneway'], ['dev']]);
  expect(await follow('--history')).toMatch(/\n5 .* deployed, as 1 .*\n4 .*:oneway .*\n3 .* deployed, as 1 .*\n2 .*:mood .*\n1 .*:dev /);
});

test('the backup of before such a migration leaves nothing of it', async () => {
  release.edit('dev');
  // Its first command has been run.
  await release.follow(
    block(PAGE, '--at')
      .replace(/(?<=--at )\S+/, beforeOneWay)
      .replace(/^npm run rollback .*\n/, ''),
  );
  expect(applied()).toEqual(['0001_initial']);
  await until('the page as it was then', () => visit(release, '/').text.includes('without one'));
});

test('pods stay when their number is handed to an autoscaler, and going back takes it from it', async () => {
  const pods = () => release.ready('nginx').map(({ metadata }) => metadata.name);
  const autoscalers = () => release.list('horizontalpodautoscalers').map(({ metadata }) => metadata.name);
  const before = pods();
  expect(before).toHaveLength(2);
  // It can only add: one that may take pods away does so when it likes.
  await released('dev', { replicas: { min: 3, max: 4 } });
  await until('the autoscaler to add a pod', () => pods().length > before.length);
  expect([pods(), autoscalers()]).toEqual([expect.arrayContaining(before), ['journal-nginx']]);
  expect(await follow('npm run rollback prod\n')).toMatch(/release 7 serves, as 1 did$/);
  expect(autoscalers()).toEqual([]);
  expect(release.kubectl('get', 'deployment', 'journal-nginx', '--output=jsonpath={.spec.replicas}')).toBe('2');
});
