/** What the access log says, and what it leaves out. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Front } from './support/front';
import { until } from './support/until';

let front: Front;
const HITS = 200;
const file = '/media/photo.jpg';

async function start(log: object): Promise<void> {
  front = await Front.start({ django: { media: { storage: '1Gi', path: '/app/media' } }, nginx: { log } });
  writeFileSync(join(front.volume('media'), 'photo.jpg'), 'photo');
}

async function logged(paths: readonly string[]): Promise<(string | number | undefined)[]> {
  const client = await front.http2();
  for (const path of paths) await front.get(path, { http2: client });
  client.close();
  return (await front.log()).map(({ uri }) => uri);
}

test('the id of a request is the same in the log and for Django, and never the one that a client names', async () => {
  await start({});
  for (const name of ['X-Request-ID', 'x-request-id']) await front.get('/', { headers: { [name]: 'mine' } });
  const ids = front.upstream().requests.map(({ headers }) => headers['x-request-id']);
  expect(new Set(ids).size).toBe(2);
  expect((await front.log()).map(({ id }) => id)).toEqual(ids);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
});

describe('lines', () => {
  const visit = async () => {
    for (let number = 0; number < 3; number += 1) await front.get(`/${number}`);
  };
  const lines = async () => (await front.log()).map(({ uri }) => uri);

  test('wait for each other', async () => {
    front = await Front.start({}, { logsTogether: true, edit: (conf) => conf.replaceAll('flush=1s', 'flush=1h') });
    await visit();
    expect(await lines()).toEqual([]);
  });

  test('come without more of them', async () => {
    front = await Front.start({}, { logsTogether: true });
    await visit();
    await until('the lines', async () => (await lines()).length === 3);
    expect(await lines()).toEqual(['/0', '/1', '/2']);
  });
});

describe('staticSample', () => {
  test('100 logs every hit on a file', async () => {
    await start({ staticSample: 100 });
    expect(await logged([file, file, '/'])).toEqual([file, file, '/']);
  });

  test('0 logs none, but every page and every error', async () => {
    await start({ staticSample: 0 });
    expect(await logged([file, '/media/no-such-file', '/', file])).toEqual(['/media/no-such-file', '/']);
  });

  test('30 logs three of ten hits, give or take five standard deviations', async () => {
    await start({ staticSample: 30 });
    const { length } = await logged(Array<string>(HITS).fill(file));
    const deviation = Math.sqrt(HITS * 0.3 * 0.7);
    expect(length).toBeGreaterThan(HITS * 0.3 - 5 * deviation);
    expect(length).toBeLessThan(HITS * 0.3 + 5 * deviation);
  });
});
