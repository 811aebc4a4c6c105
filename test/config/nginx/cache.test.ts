import { stringify } from 'yaml';
import { merge } from '../../../constructs/finish';
import { problems, SMALLEST } from '../../support/stack';

const said = (nginx: object) => problems(stringify(merge(SMALLEST, { nginx }))).map((line) => line.replace(/^\S+ /, ''));
const VALID = { '200': '5m' };
const ofRules = (rules: object) => said({ locations: [{ path: '/a/', cache: { valid: VALID, ...rules } }] });
const ofStore = (cacheStore: object, more: object = {}) => said({ cacheStore, cache: { valid: VALID }, ...more });

describe('what is kept', () => {
  test.each([
    {},
    { valid: { '200': '1s', '404': '365d', any: '1m' } },
    { key: ['path', 'host'] },
    { key: ['host', 'uri', 'cookie:lang', 'header:Accept-Language', 'argument:page', 'address'] },
    { methods: ['GET'] },
    { bypass: [] },
    { bypass: ['cookie:__Host-sessionid', 'cookie:a.b', 'header:X-Preview', 'argument:preview'] },
    { minUses: 1000, stale: false, lock: '5m' },
  ])('is taken: %j', (rules) => {
    expect(ofRules(rules)).toEqual([]);
  });

  const at = 'nginx.locations[0].cache';
  test.each([
    [{ valid: {} }, `${at}.valid: must name at least one status`],
    [{ valid: { '200': '0s' } }, `${at}.valid.200: must be a duration from 1s to 365d, such as 30s, 5m, 2h or 1d, got "0s"`],
    [{ valid: { '200; proxy_pass': '1s' } }, `${at}.valid.200; proxy_pass: must be a status such as 200, or any`],
    [{ valid: { '600': '1s' } }, `${at}.valid.600: must be a status such as 200, or any`],
    [{ key: ['host'] }, `${at}.key: must hold uri or path: all pages would be the same one`],
    [{ key: ['uri'] }, `${at}.key: must hold host: sites of other names would be the same one`],
    [{ key: ['host', 'uri', 'header:X-A', 'header:x-a'] }, `${at}.key[3]: must not stand twice, got header:x-a`],
    [
      { key: ['host', 'uri', 'header:Range'] },
      `${at}.key[2]: must not be a header that Nginx does not pass on as it comes, got header:Range: take host, cookie:NAME or a header of your own`,
    ],
    [{ methods: ['HEAD'] }, `${at}.methods: must hold GET, which HEAD goes with`],
    [{ methods: ['GET', 'POST'] }, `${at}.methods[1]: must be one of GET, HEAD, got "POST"`],
    [{ bypass: ['host'] }, `${at}.bypass[0]: must be cookie:NAME, header:NAME or argument:NAME, got "host"`],
    [{ minUses: 0 }, `${at}.minUses: must be a whole number from 1 to 1000, got 0`],
    [{ lock: '10m' }, `${at}.lock: must be a duration from 1s to 5m, such as 30s, 5m, 2h or 1d, got "10m"`],
  ])('is refused: %j', (rules, line) => {
    expect(ofRules(rules)).toEqual([line]);
  });

  test.each(['Host', 'cookie', 'Authorization', 'If-None-Match', 'X-Forwarded-For', 'X-Request-ID', 'Forwarded', 'X-Original-URL'])(
    'cannot be told apart by a header that Nginx writes or leaves out itself: %s',
    (name) => {
      expect(ofRules({ key: ['host', 'uri', `header:${name}`] })).toHaveLength(1);
    },
  );

  test.each(['a;b', 'a b', 'a"', '$a', 'a|b', 'a(b', 'a\n', '{', ''])('nothing breaks out of a name: %j', (name) => {
    for (const part of [`cookie:${name}`, `header:${name}`, `argument:${name}`]) {
      expect(ofRules({ bypass: [part] })).toHaveLength(1);
      expect(ofRules({ key: ['host', 'uri', part] })).toHaveLength(1);
    }
  });

  test.each([
    { websocket: true, more: { django: { interface: 'asgi' } } },
    { buffering: false, more: {} },
  ])('is nothing where an answer is handed on as it comes: %j', ({ more, ...settings }) => {
    const locations = (cache: object | false) => [{ path: '/live/', ...settings, cache }];
    const problemsOf = (nginx: object) => problems(stringify(merge(SMALLEST, { ...more, nginx })));
    expect(problemsOf({ locations: locations({ valid: VALID }) })).toEqual([expect.stringContaining('set cache: false here')]);
    expect(problemsOf({ cache: { valid: VALID }, locations: [{ path: '/live/', ...settings }] })).toHaveLength(1);
    expect(problemsOf({ cache: { valid: VALID }, locations: locations(false) })).toEqual([]);
  });
});

describe('where it is kept', () => {
  test.each([
    [{}, {}],
    [{ size: '86Mi' }, {}],
    [{ size: '1Gi' }, { resources: { limits: { memory: '2Gi' } } }],
    [{ storage: 'disk', size: '600Mi' }, {}],
    [{ storage: 'disk', size: '1Ti', claim: 'pages' }, { resources: { limits: { memory: '5Gi' } } }],
    [{ size: '10Gi' }, { cache: undefined }],
  ])('is taken: %j %j', (store, more) => {
    expect(ofStore(store, more)).toEqual([]);
  });

  test('fits into the memory of the pod, with all that comes with it', () => {
    expect(ofStore({ size: '119Mi' })).toEqual([
      'nginx.cacheStore.size: needs 257Mi of nginx.resources.limits.memory, which is 256Mi, got 119Mi: ' +
        'answers, those that come in, keys, and 64Mi for Nginx itself; set less, raise that limit, or take storage: disk',
    ]);
    expect(ofStore({ storage: 'disk', size: '64Gi', claim: 'pages' })).toEqual([
      'nginx.cacheStore.size: needs 320Mi of nginx.resources.limits.memory, which is 256Mi, got 64Gi: ' +
        'answers, those that come in, keys, and 64Mi for Nginx itself; set less, raise that limit',
    ]);
  });

  test('fits onto the disk of the pod, beside uploads', () => {
    const message = (needed: string, size: string) =>
      `nginx.cacheStore.size: needs ${needed} of nginx.resources.limits.ephemeral-storage, which is 1Gi, got ${size}: ` +
      'answers, those that come in, and two uploads; set less, raise that limit, or name a claim';
    expect(ofStore({ storage: 'disk', size: '700Mi' })).toEqual([message('1090Mi', '700Mi')]);
    expect(ofStore({ storage: 'disk', size: '600Mi' }, { locations: [{ path: '/a/', uploadLimit: '100Mi' }] })).toEqual([
      message('1100Mi', '600Mi'),
    ]);
  });

  test('is a claim only on disk', () => {
    expect(ofStore({ claim: 'pages' })).toEqual(['nginx.cacheStore.claim: is for storage: disk only, got memory']);
  });
});
