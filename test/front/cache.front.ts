/** Answers that nginx keeps: which, and for how long. */
import { setTimeout as pause } from 'node:timers/promises';
import { counting } from './support/django';
import { Front } from './support/front';

let front: Front;
const HOUR = { '200': '1h' };
const location = (path: string, cache: object) => ({ path, cache: { valid: HOUR, ...cache } });

/** Two visits of a page, by what nginx says of each. */
const twice = async (path: string, options = {}) => {
  const first = await front.get(path, options);
  const second = await front.get(path, options);
  return [first, second].map((answer) => answer.header('X-Cache'));
};

const django = (...said: Parameters<typeof counting>) => void (front.upstream().answer = counting(...said));

beforeAll(async () => {
  front = await Front.start({
    nginx: {
      locations: [
        location('/news/', {}),
        location('/plain/', { valid: { '200': '1s' }, stale: false }),
        location('/statuses/', { valid: { '200': '1h', '404': '1s' }, stale: false }),
        location('/often/', { minUses: 2 }),
        location('/get/', { methods: ['GET'] }),
      ],
    },
  });
});

describe('an answer', () => {
  test('is asked for once, and says whether it was kept', async () => {
    django();
    const [first, second] = [await front.get('/news/once'), await front.get('/news/once')];
    expect([first.header('X-Cache'), second.header('X-Cache')]).toEqual(['MISS', 'HIT']);
    expect([first.text, second.text]).toEqual(['answer 1', 'answer 1']);
    expect(front.upstream().requests).toHaveLength(1);
    expect((await front.log()).map(({ cache }) => cache)).toEqual(['MISS', 'HIT']);
  });

  test('is fetched again after the time that holds for its status', async () => {
    django({}, 404);
    expect(await twice('/statuses/404')).toEqual(['MISS', 'HIT']);
    django();
    expect(await twice('/statuses/200')).toEqual(['MISS', 'HIT']);
    await pause(2100);
    expect((await front.get('/statuses/404')).text).toBe('answer 2');
    expect((await front.get('/statuses/200')).header('X-Cache')).toBe('HIT');
  });

  test.each([302, 403, 500, 503])('of a status that no time is set for is not kept: %d', async (status) => {
    django({}, status);
    expect(await twice(`/news/${status}`)).toEqual(['MISS', 'MISS']);
  });

  test.each(['private', 'no-store', 'no-cache', 'max-age=0'])('of which Django says %s is not kept', async (word) => {
    django({ 'Cache-Control': word });
    expect(await twice(`/news/${word}`)).toEqual(['MISS', 'MISS']);
  });

  test('is kept for the time that Django says, if it says one', async () => {
    django({ 'Cache-Control': 'max-age=3600' });
    expect(await twice('/plain/hour')).toEqual(['MISS', 'HIT']);
    await pause(2100);
    expect((await front.get('/plain/hour')).header('X-Cache')).toBe('HIT');
  });

  test('of a form is neither kept nor taken from what is kept', async () => {
    django();
    const post = () => front.get('/news/form', { method: 'POST', body: 'a=b' });
    expect([(await post()).text, (await front.get('/news/form')).text, (await post()).text]).toEqual(['answer 1', 'answer 2', 'answer 3']);
    expect((await post()).header('X-Cache')).toBeUndefined();
  });

  test('is kept after as many requests as the file says', async () => {
    django();
    expect([...(await twice('/often/')), ...(await twice('/often/'))]).toEqual(['MISS', 'MISS', 'HIT', 'HIT']);
  });

  test('is not kept, and not cut short, when it has no length or is large', async () => {
    front.upstream().answer = (_request, response) => {
      response.write('a');
      response.end('b');
    };
    expect(await twice('/news/stream')).toEqual(['MISS', 'MISS']);
    front.upstream().answer = (_request, response) => response.end(Buffer.alloc(10_000_000));
    expect(await twice('/news/large')).toEqual(['MISS', 'MISS']);
    expect((await front.get('/news/large')).body).toHaveLength(10_000_000);
  });

  test('is not sent to a browser that has it', async () => {
    django({ ETag: '"1"' });
    expect(await twice('/news/etag')).toEqual(['MISS', 'HIT']);
    expect((await front.get('/news/etag', { headers: { 'If-None-Match': '"1"' } })).status).toBe(304);
    expect(front.upstream().requests).toHaveLength(1);
  });

  test('that is old is not sent again by a Django that has not changed it', async () => {
    front.upstream().answer = ({ headers }, response) => {
      response.setHeader('ETag', '"1"');
      if (headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else response.end('unchanged');
    };
    expect((await front.get('/plain/same')).text).toBe('unchanged');
    await pause(2100);
    const again = await front.get('/plain/same');
    expect([again.status, again.text, again.header('X-Cache')]).toEqual([200, 'unchanged', 'REVALIDATED']);
  });

  test('elsewhere is not kept, and not told of', async () => {
    django();
    expect(await twice('/')).toEqual([undefined, undefined]);
    expect(front.upstream().requests).toHaveLength(2);
  });
});

describe('HEAD', () => {
  test('is answered from what is kept, and leaves a whole page behind', async () => {
    django();
    const head = await front.get('/news/head', { method: 'HEAD' });
    const get = await front.get('/news/head');
    expect([head.text, head.header('Content-Length'), head.header('X-Cache')]).toEqual(['', '8', 'MISS']);
    expect([get.text, get.header('X-Cache')]).toEqual(['answer 1', 'HIT']);
  });

  test('reaches Django where the file names GET alone, and leaves nothing behind', async () => {
    django();
    expect(await twice('/get/', { method: 'HEAD' })).toEqual(['BYPASS', 'BYPASS']);
    expect(await twice('/get/')).toEqual(['MISS', 'HIT']);
    expect(front.upstream().requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'GET']);
  });
});
