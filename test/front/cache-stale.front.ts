/** Old answers while Django is slow or fails, and one request for many. */
import { setTimeout as pause } from 'node:timers/promises';
import { counting, slowly } from './support/django';
import { Front } from './support/front';
import { until } from './support/until';

let front: Front;
const location = (path: string, cache: object) => ({ path, cache: { valid: { '200': '1s' }, ...cache } });

const held: (() => void)[] = [];
const release = () => held.splice(0).forEach((answer) => answer());

/** From now on Django answers nothing, until `release()`. */
function hold(text: string, headers: Readonly<Record<string, string>> = {}): void {
  front.upstream().answer = (_request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    held.push(() => response.end(text));
  };
}

afterEach(release);

const django = (...said: Parameters<typeof counting>) => void (front.upstream().answer = counting(...said));

beforeAll(async () => {
  const locations = [
    location('/crowd/', { valid: { '200': '1h' }, lock: '20s' }),
    location('/brief/', {}),
    location('/plain/', { stale: false }),
    location('/impatient/', { lock: '1s' }),
  ];
  front = await Front.start({ nginx: { locations } });
});

describe('an old answer', () => {
  const keep = async (path: string) => {
    django();
    expect((await front.get(path)).text).toBe('answer 1');
    await pause(2100);
  };

  test('is served while a new one is fetched, once for all', async () => {
    await keep('/brief/refreshed');
    hold('new');
    const answers = await Promise.all(Array.from({ length: 20 }, () => front.get('/brief/refreshed')));
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['answer 1']));
    expect(answers.map((answer) => answer.header('X-Cache')).sort()).toEqual(['STALE', ...Array<string>(19).fill('UPDATING')]);
    await until('the request for a new one', () => held.length === 1);
    expect(front.upstream().requests).toHaveLength(2);
    release();
    await until('the new one to be served', async () => (await front.get('/brief/refreshed')).text === 'new');
  });

  test('is served while Django fails', async () => {
    const failures = [500, 502, 503, 504];
    django();
    for (const status of failures) await front.get(`/brief/${status}`);
    await pause(2100);
    for (const status of failures) {
      django({}, status);
      for (let index = 0; index < 3; index += 1) {
        const answer = await front.get(`/brief/${status}`);
        expect([answer.status, answer.text]).toEqual([200, expect.stringMatching(/^answer /)]);
        await pause(50);
      }
    }
    expect(front.upstream().requests.length).toBeGreaterThanOrEqual(2 * failures.length);
  });

  test('is served while no pod is there', async () => {
    await keep('/brief/gone');
    await front.upstream().stop();
    const answers = [await front.get('/brief/gone'), await front.get('/brief/gone')];
    await front.upstream().start();
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [200, 'answer 1'],
      [200, 'answer 1'],
    ]);
  });

  test('is not served with stale: false', async () => {
    await keep('/plain/old');
    django({}, 500);
    expect((await front.get('/plain/old')).status).toBe(500);
    front.upstream().answer = slowly(300, 'new');
    expect((await front.get('/plain/old')).text).toBe('new');
  });
});

describe('many at once', () => {
  test('of 200 requests one reaches Django', async () => {
    hold('one for all');
    // Connections are open by then, so that all come at once.
    const sessions = await Promise.all(Array.from({ length: 4 }, () => front.http2()));
    const all = Promise.all(sessions.flatMap((http2) => Array.from({ length: 50 }, () => front.get('/crowd/', { http2 }))));
    await until('the first of them', () => held.length > 0);
    await front.log();
    release();
    const answers = await all;
    for (const session of sessions) session.close();
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 one for all']));
    expect(front.upstream().requests).toHaveLength(1);
  });

  test('those that wait do so for no longer than the file says: less where it says less', async () => {
    hold('own', { 'Set-Cookie': 'a=b' });
    const ask = (path: string) => Array.from({ length: 10 }, () => front.get(path));
    const patient = ask('/crowd/own');
    await until('the first of those that wait for long', () => held.length === 1);
    const all = Promise.all([...patient, ...ask('/impatient/')]);
    await until('all that do not', () => held.length >= 11);
    expect(
      front
        .upstream()
        .requests.map(({ url }) => url)
        .sort(),
    ).toEqual(['/crowd/own', ...Array<string>(10).fill('/impatient/')]);
    front.upstream().answer = (_request, response) => response.end();
    release();
    await all;
  });
});
