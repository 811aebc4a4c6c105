import { JobRun } from '../../cli/job';
import type { Asking } from '../../cli/kubectl';
import { Unanswered } from '../../cli/patience';

// Looks follow each other at once.
jest.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));

const pod = (name: string, phase: string, began: readonly string[], made: string) => ({
  metadata: { name, creationTimestamp: `2026-11-24T00:00:${made}Z` },
  status: { phase, containerStatuses: began.map((container) => ({ name: container, state: { terminated: {} } })) },
});
const ended = (type: string, message?: string) => ({
  status: { conditions: [{ type, status: 'True', message }], completionTime: '2026-11-24T00:01:00Z' },
});

/** A cluster that says these one after the other, and the last for ever. */
function cluster(jobs: readonly object[], pods: readonly (readonly object[])[]): Asking {
  const [left, leftPods] = [[...jobs], [...pods]];
  const next = <T>(list: T[]) => (list.length > 1 ? list.shift() : list[0]) as T;
  return {
    run: (args, options) => {
      options?.tell?.(`${args[1] ?? ''} ${args[3] ?? ''}`);
      return Promise.resolve('');
    },
    json: <T>(_get: string, kind: string) => Promise.resolve((kind === 'job' ? next(left) : { items: next(leftPods) }) as T),
  };
}

async function followed(kubectl: Asking): Promise<string[]> {
  const said: string[] = [];
  const how = new JobRun(kubectl, 'shop-migrate', (line) => said.push(line)).follow(['pending', 'migrate']);
  return how.then(
    (when) => [...said, when],
    (error: unknown) => [...said, (error as Error).message],
  );
}

test('each container of the pod is shown, and when the Job succeeded is told', async () => {
  const one = pod('a', 'Succeeded', ['pending', 'migrate'], '01');
  expect(await followed(cluster([{ status: {} }, ended('Complete')], [[one]]))).toEqual(['a pending', 'a migrate', '2026-11-24T00:01:00Z']);
});

test('a pod that fails before its last container is not waited for, and the next one is shown, the oldest first', async () => {
  const failed = pod('a', 'Failed', ['pending'], '01');
  const second = pod('b', 'Succeeded', ['pending', 'migrate'], '02');
  const going = { status: { conditions: [{ type: 'SuccessCriteriaMet', status: 'True' }] } };
  expect(
    await followed(cluster([going, going, going, going, ended('Complete')], [[failed], [failed], [failed], [second, failed]])),
  ).toEqual([...['a pending', 'b pending', 'b migrate'], '2026-11-24T00:01:00Z']);
});

test('a Job that fails says so after the last pod, with the reason', async () => {
  const job = ended('Failed', 'Job has reached the specified backoff limit');
  expect(await followed(cluster([job], [[pod('a', 'Failed', ['pending'], '01')]]))).toEqual([
    'a pending',
    'the Job shop-migrate has failed (Job has reached the specified backoff limit); its last line above says why',
  ]);
});

test.each([
  ['migrate', ': if nothing stood in its way, let migrate.deadline be longer'],
  ['restore', ''],
])('one of %s that is ended by its deadline says so, and which setting that is', async (component, setting) => {
  const { status } = ended('Failed', 'Job was active longer than specified deadline');
  const conditions = status.conditions.map((one) => ({ ...one, reason: 'DeadlineExceeded' }));
  const labels = { 'app.kubernetes.io/component': component };
  const job = { metadata: { labels }, spec: { activeDeadlineSeconds: 3600 }, status: { conditions } };
  expect((await followed(cluster([job], [[pod('a', 'Failed', ['pending'], '01')]]))).at(-1)).toBe(
    `the Job shop-migrate was ended after 3600 s, its deadline${setting}`,
  );
});

test('what keeps a container waiting is told once', async () => {
  const waiting = {
    ...pod('a', 'Pending', [], '01'),
    status: { phase: 'Pending', containerStatuses: [{ name: 'pending', state: { waiting: { reason: 'ImagePullBackOff' } } }] },
  };
  const done = pod('a', 'Succeeded', ['pending', 'migrate'], '01');
  const [early] = [pod('a', 'Pending', [], '01')];
  const said = await followed(
    cluster(
      [{ status: {} }, { status: {} }, { status: {} }, { status: {} }, { status: {} }, ended('Complete')],
      [[early], [early], [waiting], [waiting], [done]],
    ),
  );
  expect(said.filter((line) => line.includes('ImagePullBackOff'))).toEqual(['waiting for pending: ImagePullBackOff']);
});

test('one that keeps waiting for the same says so after ten seconds, once', async () => {
  const creating = { name: 'pending', state: { waiting: { reason: 'ContainerCreating' } } };
  const waiting = { ...pod('a', 'Pending', [], '01'), status: { phase: 'Pending', containerStatuses: [creating] } };
  const done = pod('a', 'Succeeded', ['pending', 'migrate'], '01');
  const said = (looks: number) =>
    followed(
      cluster(
        [...Array<object>(looks + 2).fill({ status: {} }), ended('Complete')],
        [...Array<object[]>(looks + 1).fill([waiting]), [done]],
      ),
    );
  const expected = 'waiting for pending: ContainerCreating; npm run status says why, and what mends it';
  expect((await said(10)).filter((line) => line.startsWith('waiting'))).toEqual([]);
  expect((await said(20)).filter((line) => line.startsWith('waiting'))).toEqual([expected]);
});

test('one that has said what it waits for says after ten seconds what to do, too', async () => {
  const waiting = (containerStatuses: readonly object[]) => ({
    ...pod('a', 'Pending', [], '01'),
    status: { phase: 'Pending', containerStatuses },
  });
  const creating = waiting([{ name: 'pending', state: { waiting: { reason: 'ContainerCreating' } } }]);
  const done = pod('a', 'Succeeded', ['pending', 'migrate'], '01');
  const said = await followed(
    cluster(
      [...Array<object>(22).fill({ status: {} }), ended('Complete')],
      [[waiting([])], [waiting([])], ...Array<object[]>(20).fill([creating]), [done]],
    ),
  );
  expect(said.filter((line) => line.startsWith('waiting'))).toEqual([
    'waiting for pending: ContainerCreating',
    'waiting for pending: ContainerCreating; npm run status says why, and what mends it',
  ]);
});

test('two obstacles that take turns are told once each', async () => {
  const waiting = (reason: string) => ({
    ...pod('a', 'Pending', [], '01'),
    status: { phase: 'Pending', containerStatuses: [{ name: 'pending', state: { waiting: { reason } } }] },
  });
  const [early] = [pod('a', 'Pending', [], '01')];
  const turns = ['ErrImagePull', 'ImagePullBackOff', 'ErrImagePull', 'ImagePullBackOff'].map((reason) => [waiting(reason)]);
  const looks = turns.map(() => ({ status: {} }));
  const said = await followed(
    cluster(
      [{ status: {} }, { status: {} }, ...looks, ended('Complete')],
      [[early], [early], ...turns, [pod('a', 'Succeeded', ['pending', 'migrate'], '01')]],
    ),
  );
  expect(said.filter((line) => line.startsWith('waiting'))).toEqual([
    'waiting for pending: ErrImagePull',
    'waiting for pending: ImagePullBackOff',
  ]);
});

test.each([
  ['with an error', new Unanswered('kubectl logs a: error: unexpected EOF')],
  ['in silence', undefined],
])('when the connection to a log is cut %s, it goes on behind the last line that was shown', async (_how, cut) => {
  const running = {
    ...pod('a', 'Running', [], '01'),
    status: { phase: 'Running', containerStatuses: [{ name: 'migrate', state: { running: {} } }] },
  };
  const done = pod('a', 'Succeeded', ['migrate'], '01');
  const logs = [['1', '2'], ['1'], ['1', '2', '3']];
  const { json } = cluster([{ status: {} }, { status: {} }, ended('Complete')], [[running], [running], [running], [running], [done]]);
  const run: Asking['run'] = (_args, options) => {
    for (const line of logs.shift() ?? []) options?.tell?.(line);
    return cut && logs.length > 0 ? Promise.reject(cut) : Promise.resolve('');
  };
  const said: string[] = [];
  await new JobRun({ run, json }, 'shop-migrate', (line) => said.push(line)).follow(['migrate']);
  expect(said).toEqual(['1', '2', '3']);
});
