/** Where kept answers lie, and that they take no more room than they may. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Front } from './support/front';
import { until } from './support/until';

const LOCATIONS = [{ path: '/news/', cache: { valid: { '200': '1h' } } }];

test('old answers go when there are more than fit', async () => {
  const front = await Front.start({ nginx: { cacheStore: { size: '1Mi' }, locations: LOCATIONS } });
  const stored = () =>
    readdirSync(front.volume('cache'), { recursive: true, encoding: 'utf8' })
      .map((name) => statSync(join(front.volume('cache'), name), { throwIfNoEntry: false }))
      .reduce((sum, file) => sum + (file?.isFile() ? file.size : 0), 0);
  front.upstream().answer = (_request, response) => response.end(Buffer.alloc(100_000));
  for (let index = 0; index < 30; index += 1) expect((await front.get(`/news/${index}`)).body).toHaveLength(100_000);
  expect(stored()).toBeGreaterThan(800_000);
  await until('old answers to go', () => Promise.resolve(stored() < 1024 ** 2));
});

test('in a claim each pod has a folder of its own', async () => {
  const cacheStore = { storage: 'disk', claim: 'pages' };
  const front = await Front.start({ nginx: { cacheStore, locations: LOCATIONS } });
  const answers = [await front.get('/news/'), await front.get('/news/')];
  expect(answers.map((answer) => answer.header('X-Cache'))).toEqual(['MISS', 'HIT']);
  expect(readdirSync(front.volume('cache'))).toEqual([expect.stringMatching(/^[a-z0-9-]+$/)]);
});
