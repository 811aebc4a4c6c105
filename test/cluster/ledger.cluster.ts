/** Everything that happens to a database, while rows are written: each that was acknowledged is there at the end. */
import { runNow } from './support/jobs';
import { kubectlMeanwhile, until } from './support/kubectl';
import { Ledger } from './support/ledger';
import { Release } from './support/release';
import { serving } from './support/visitor';

const release = Release.shared();
const ledger = new Ledger(release);
const POSTGRES = `${release.release}-postgres-0`;

/** Nobody in a container can kill its first process, the postmaster: `durability.node.ts` does, from the node. */
const KILL =
  'for stat in /proc/[1-9]*/stat; do read -r pid name _ <"$stat"; [[ $name != "(postgres)" || $pid == 1 ]] || kill -9 "$pid"; done';

const answers = () => until('Postgres', () => release.sql('select 1') === '1');

beforeAll(async () => {
  await serving(release);
  await ledger.begin();
  await ledger.goesOn();
});
afterAll(() => release.sql('drop table ledger'));

test('all its processes but the postmaster are killed', async () => {
  await kubectlMeanwhile(['--namespace', release.namespace, 'exec', POSTGRES, '--', 'bash', '-c', KILL]).catch(() => 'killed');
  await answers();
  await ledger.goesOn();
});

test('its pod is killed', async () => {
  await release.replaced('postgres', () => release.kubectl('delete', 'pod', POSTGRES, '--grace-period=0', '--force'));
  await answers();
  await ledger.goesOn();
});

test('its pod is evicted', async () => {
  await release.replaced('postgres', () => release.evict(POSTGRES));
  await answers();
  await ledger.goesOn();
});

test('passwords are rotated', async () => {
  await release.rotate('postgres');
  await ledger.goesOn();
});

test('an older backup takes its place, and not a row is lost of what came since', async () => {
  await runNow(release, 'backup', 'ledger');
  await ledger.goesOn();
  const said = await release.restore();
  const aside = /--undo (\w+)/.exec(said)?.[1] ?? '';
  await ledger.goesOn();
  await ledger.end();
  const { acknowledged, lost } = ledger.compare(release.release, aside);
  expect(lost).toEqual([]);
  expect(acknowledged).toBeGreaterThan(2000);
  release.sql(`drop database ${aside} with (force)`, 'postgres');
});
