import type * as Interrupt from '../../cli/interrupt';
import { withCleanup } from '../../cli/interrupt';

type Own = typeof Interrupt;

/** As another process has it: one that was interrupted is at its end. */
function fresh(): Own {
  const found = {} as { own: Own };
  jest.isolateModules(() => (found.own = jest.requireActual<Own>('../../cli/interrupt')));
  return found.own;
}

/** What is done, in order, when that is interrupted twice, as npm passes on what the terminal has sent already, and fails then. */
async function interrupted(signal: NodeJS.Signals, begin: (own: Own, act: () => Promise<never>, done: string[]) => Promise<unknown>) {
  const done: string[] = [];
  const exited = new Promise<void>((resolve) => {
    jest.spyOn(process, 'exit').mockImplementation(((code: number) => {
      done.push(`exit ${code}`);
      resolve();
      return new Promise(() => undefined); // nothing runs on in a process that has ended
    }) as never);
  });
  let fail: (error: Error) => void = () => undefined;
  const act = () => new Promise<never>((_, reject) => (fail = reject));
  void begin(fresh(), act, done).catch(() => done.push('failed'));
  await new Promise(setImmediate);
  process.emit(signal, signal);
  process.emit(signal, signal);
  fail(new Error('its kubectl was interrupted, too'));
  await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 200))]);
  await new Promise(setImmediate);
  return done;
}

/** Cleans up by writing that down. */
const cleaning = (done: string[], what: string) => () => {
  done.push(what);
  return Promise.resolve();
};

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
});

test.each([
  ['ends', () => Promise.resolve('result'), 'result'],
  ['fails', () => Promise.reject(new Error('reason')), 'Error: reason'],
])('what %s is cleaned up after, and listens to no signal any more', async (_, act, expected) => {
  const clean = jest.fn(() => Promise.resolve());
  expect(await withCleanup(act, clean).catch(String)).toBe(expected);
  expect(clean).toHaveBeenCalledTimes(1);
  expect(process.listenerCount('SIGINT')).toBe(0);
});

test('of two errors the first is told; one of cleaning up alone is told too', async () => {
  const unable = () => Promise.reject(new Error('no cluster answers'));
  expect(await withCleanup(() => Promise.reject(new Error('reason')), unable).catch(String)).toBe('Error: reason');
  expect(await withCleanup(() => Promise.resolve(), unable).catch(String)).toBe('Error: no cluster answers');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends the process with %d once it is cleaned up, whatever else fails of it', async (signal, code) => {
  const said = await interrupted(signal, (own, act, done) => own.withCleanup(act, cleaning(done, 'clean')));
  expect(said).toEqual(['clean', `exit ${code}`]);
});

test('one that cannot be cleaned up ends all the same', async () => {
  const unable = () => Promise.reject(new Error('no cluster answers'));
  expect(await interrupted('SIGINT', (own, act) => own.withCleanup(act, unable))).toEqual(['exit 130']);
});

test('what stands in one another is cleaned up from the inside, all of it', async () => {
  const said = await interrupted('SIGINT', (own, act, done) =>
    own.withCleanup(() => own.withCleanup(act, cleaning(done, 'inner')), cleaning(done, 'outer')),
  );
  expect(said).toEqual(['inner', 'outer', 'exit 130']);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'what has to come to its end does so when %s comes, and is cleaned up after',
  async (signal) => {
    const said = await interrupted(signal, (own, act, done) =>
      own.withCleanup(() => own.uninterrupted(() => act().catch(() => void done.push('to its end'))), cleaning(done, 'clean')),
    );
    expect(said).toEqual(['to its end', 'clean']);
  },
);
