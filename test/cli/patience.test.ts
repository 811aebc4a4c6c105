import { CommandError } from '../../cli/command';
import { withCleanup } from '../../cli/interrupt';
import { Patience, Unanswered } from '../../cli/patience';

// Pauses take no time here, and two seconds there.
let now = 0;
jest.mock('node:timers/promises', () => ({
  setTimeout: (pause: number) => {
    now += pause;
    return Promise.resolve();
  },
}));

const GONE = 'no cluster answers at 192.0.2.1:6443 (connection refused)';
const OUTAGE = [`${GONE}\ntrying again for five minutes; what runs there goes on`, 'the cluster answers again'];
let said: string[];
beforeEach(() => {
  said = [];
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
});

type Answer = string | Error;
const gone = (times: number): Answer[] => Array.from({ length: times }, () => new Unanswered(GONE));

/** A cluster that answers so, one after the other. */
const cluster = (answers: Answer[]) => () => {
  const answer = answers.shift() ?? 'nothing was left to say';
  return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
};

/** What is got from it for each of these commands. */
async function got(answers: Answer[], ...commands: string[]): Promise<string[]> {
  const patience = new Patience();
  const ask = cluster(answers);
  const all: string[] = [];
  for (const command of commands)
    all.push(await patience.through(command.split(' '), ask).catch((error: unknown) => (error as Error).message));
  return all;
}

test.each([
  'get pods',
  'wait pod/a',
  'apply --filename -',
  'rollout status deployment/a',
  'scale deployment/a',
  'delete --ignore-not-found job/a',
])('a cluster that has answered is asked again while it does not: %s', async (command) => {
  expect(await got(['first', ...gone(100), 'second'], 'get pods', command)).toEqual(['first', 'second']);
  expect(said).toEqual(OUTAGE);
});

test('each outage is told, once', async () => {
  expect(await got(['1', ...gone(2), '2', ...gone(2), '3'], 'get a', 'get b', 'get c')).toEqual(['1', '2', '3']);
  expect(said).toEqual([...OUTAGE, ...OUTAGE]);
});

test('an outage that is over is not told again by who asked before its end', async () => {
  const patience = new Patience();
  const ask = cluster(['first', ...gone(1), 'second', ...gone(1), 'third']);
  const get = (meanwhile?: Promise<string>) =>
    patience.through(['get', 'pods'], async () => {
      await meanwhile;
      return ask();
    });
  await get();
  expect(await get(get())).toBe('third');
  expect(said).toEqual(OUTAGE);
});

test('one that has never answered may be the wrong one, and is not asked again', async () => {
  expect(await got([...gone(1), 'second'], 'get pods')).toEqual([GONE]);
  expect(said).toEqual([]);
});

test.each(['create --filename -', 'exec pod -- rm file', 'delete job/a', 'logs pod'])(
  'what may have been done is not done twice: %s',
  async (command) => {
    expect(await got(['first', ...gone(1), 'second'], 'get pods', command)).toEqual(['first', GONE]);
  },
);

test('what is refused is an answer', async () => {
  const refused = 'ada may not get pods (Forbidden)';
  expect(await got([new CommandError(refused), ...gone(1), 'second'], 'get pods', 'get pods')).toEqual([refused, 'second']);
});

test('after five minutes it is given up', async () => {
  const begin = now;
  expect(await got(['first', ...gone(1000)], 'get pods', 'get pods')).toEqual(['first', GONE]);
  expect(now - begin).toBe(5 * 60 * 1000 + 2000);
});

test('when somebody interrupts, it is not asked again', async () => {
  const exited = new Promise((resolve) => jest.spyOn(process, 'exit').mockImplementation(resolve as never));
  const cleaned: string[][] = [];
  const act = async () => {
    process.emit('SIGINT', 'SIGINT');
    await exited;
  };
  await withCleanup(act, async () => {
    cleaned.push(await got(['first', ...gone(1), 'second'], 'get pods', 'delete --ignore-not-found lease/a'));
  });
  expect(cleaned[0]).toEqual(['first', GONE]);
});
