import { withCleanup } from '../../cli/interrupt';

/** Of an act that is interrupted: what was done, in order. */
async function interrupted(signal: NodeJS.Signals, clean: () => Promise<void>): Promise<string[]> {
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
  void withCleanup(act, () => {
    done.push('clean');
    return clean();
  }).catch(() => done.push('failed'));
  process.emit(signal, signal);
  process.emit(signal, signal); // npm passes on what the terminal has sent already
  fail(new Error('its kubectl was interrupted, too'));
  await exited;
  await new Promise(setImmediate);
  return done;
}

afterEach(() => {
  jest.restoreAllMocks();
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
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

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends the process with %d once it is cleaned up, whatever else fails of it', async (signal, code) => {
  expect(await interrupted(signal, () => Promise.resolve())).toEqual(['clean', `exit ${code}`]);
});

test('one that cannot be cleaned up ends all the same', async () => {
  expect(await interrupted('SIGINT', () => Promise.reject(new Error('no cluster answers')))).toEqual(['clean', 'exit 130']);
});
