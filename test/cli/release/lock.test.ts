import { Lock, who } from '../../../cli/release/lock';
import { FakeCluster } from '../../support/fake-cluster';

let cluster: FakeCluster;
let said: string[];
beforeEach(() => {
  jest.useFakeTimers();
  cluster = new FakeCluster();
  said = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const lease = () => cluster.find('Lease', 'shop-release') as { spec: { holderIdentity: string; renewTime: string } } | undefined;
const seconds = (count: number) => jest.advanceTimersByTimeAsync(count * 1000);
const reason = (promise: Promise<unknown>) => promise.then(String, (error: unknown) => (error as Error).message);

test('it says who has it, is renewed, and goes when it is given back', async () => {
  const lock = await Lock.take(cluster, 'shop');
  expect(lease()?.spec.holderIdentity).toBe(`${who()} (process ${process.pid})`);
  const before = lease()?.spec.renewTime;
  expect(before).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  await seconds(10);
  expect(lease()?.spec.renewTime).not.toBe(before);
  await lock.giveBack();
  expect(lease()).toBeUndefined();
  await seconds(60);
  expect(lease()).toBeUndefined();
});

test('while somebody has it, nobody else gets it', async () => {
  const lock = await Lock.take(cluster, 'shop');
  const other = reason(Lock.take(cluster, 'shop'));
  await seconds(12);
  expect(await other).toBe(`${who()} (process ${process.pid}) is at a release or restore of its own: wait until it has ended`);
  lock.check();
  await lock.giveBack();
});

test('two releases of one namespace do not hold each other up', async () => {
  const [one, other] = [await Lock.take(cluster, 'shop'), await Lock.take(cluster, 'blog')];
  expect(cluster.names('Lease')).toEqual(['shop-release', 'blog-release']);
  await Promise.all([one.giveBack(), other.giveBack()]);
});

test('from somebody who is gone it is taken, not before half a minute, whatever the clocks say', async () => {
  const spec = {
    holderIdentity: 'eve@desk (process 1)',
    acquireTime: '2020-01-01T00:00:00.000000Z',
    renewTime: '2020-01-01T00:00:00.000000Z',
  };
  const gone = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'shop-release' }, spec };
  await cluster.run(['create'], { input: JSON.stringify(gone) });
  const taking = Lock.take(cluster, 'shop');
  await seconds(28);
  expect(lease()?.spec.holderIdentity).toContain('eve');
  await seconds(3);
  const lock = await taking;
  expect(said).toEqual([
    expect.stringMatching(/^eve@desk .* has the lock shop-release since 2020-01-01T00:00:00Z/),
    expect.stringContaining('gone'),
  ]);
  expect(lease()?.spec.holderIdentity).toContain(who());
  await lock.giveBack();
});

test('of two who take it from somebody who is gone, one gets it', async () => {
  const spec = {
    holderIdentity: 'eve@desk (process 1)',
    acquireTime: '2020-01-01T00:00:00.000000Z',
    renewTime: '2020-01-01T00:00:00.000000Z',
  };
  const gone = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'shop-release' }, spec };
  await cluster.run(['create'], { input: JSON.stringify(gone) });
  const both = Promise.all([reason(Lock.take(cluster, 'shop')), reason(Lock.take(cluster, 'shop'))]);
  await seconds(90);
  expect((await both).sort()).toEqual(['[object Object]', expect.stringContaining('is at a release or restore of its own') as string]);
});

test('when it is given back meanwhile, it is taken at once', async () => {
  const lock = await Lock.take(cluster, 'shop');
  const taking = Lock.take(cluster, 'shop');
  await seconds(1);
  await lock.giveBack();
  await seconds(2);
  await (await taking).giveBack();
});

test('who has lost it goes no further, and does not take it back', async () => {
  const lock = await Lock.take(cluster, 'shop');
  const spec = { holderIdentity: 'eve@desk (process 1)', acquireTime: '2030-01-01T00:00:00.000000Z' };
  await cluster.run(['replace'], { input: JSON.stringify({ kind: 'Lease', metadata: { name: 'shop-release' }, spec }) });
  await seconds(10);
  expect(() => lock.check()).toThrow('the lock shop-release now belongs to eve@desk (process 1)');
  await lock.giveBack();
  expect(lease()?.spec.holderIdentity).toContain('eve');
});

test('an API server that does not answer once is asked again', async () => {
  const lock = await Lock.take(cluster, 'shop');
  const before = lease()?.spec.renewTime;
  cluster.refusing.add('get lease');
  await seconds(10);
  cluster.refusing.clear();
  lock.check();
  expect(lease()?.spec.renewTime).toBe(before);
  await seconds(10);
  expect(lease()?.spec.renewTime).not.toBe(before);
  await lock.giveBack();
});
