import { stringify } from 'yaml';
import { merge } from '../../../constructs/finish';
import { problems, SMALLEST } from '../../support/stack';

const ASGI = { django: { interface: 'asgi' } };
const said = (changes: object) => problems(stringify(merge(SMALLEST, changes))).map((line) => line.replace(/^\S+ /, ''));
const ofLocation = (location: object, more: object = {}) => said({ ...more, nginx: { locations: [location] } });
const CACHE = { valid: { '200': '5m' } };

test.each([
  { path: '/' },
  { path: '/reports/export', match: 'exact', timeout: '24h' },
  { path: '/live/', buffering: false, requestBuffering: false, retry: false },
  { path: '/~user/a.b+c' },
])('a location is taken: %j', (location) => {
  expect(ofLocation(location)).toEqual([]);
});

test.each([
  [{ path: 'api/' }, 'path: must be a path such as /api/ or /reports/export'],
  [{ path: '/a/../b' }, 'path: must be a path'],
  [{ path: '/a//b' }, 'path: must be a path'],
  [{ path: '/a b' }, 'path: must be a path'],
  [{ path: '/a{return 200;}' }, 'path: must be a path'],
  [{ path: '/$uri' }, 'path: must be a path'],
  [{ path: '/a', match: 'regex' }, 'match: must be one of prefix, exact, got "regex"'],
  [{ path: '/a', timeout: '25h' }, 'timeout: must be a duration from 1s to 24h'],
  [{ path: '/a', timeout: '500ms' }, 'timeout: must be a duration from 1s to 24h'],
  [{ path: '/a', buffering: 'off' }, 'buffering: must be true or false, got "off"'],
  [{ path: '/ws/', websocket: true }, 'websocket: needs django.interface: asgi, got wsgi: a WSGI server cannot talk websockets'],
  [
    { path: '/a', buffering: false, cache: CACHE },
    'buffering: must be true with a cache, which keeps what is buffered: set cache: false here',
  ],
])('a location is refused with what to do: %j', (location, sentence) => {
  expect(ofLocation(location)).toEqual([expect.stringContaining(`nginx.locations[0].${sentence}`)]);
});

test('websockets are taken with asgi, and without a cache', () => {
  expect(ofLocation({ path: '/ws/', websocket: true }, ASGI)).toEqual([]);
  expect(ofLocation({ path: '/ws/', websocket: true, cache: CACHE }, ASGI)).toEqual([
    'nginx.locations[0].websocket: does not go with a cache, which would answer in place of Django: set cache: false here',
  ]);
});

test('a cache of the whole site does not reach where it cannot be', () => {
  const nginx = (location: object) => ({ nginx: { cache: CACHE, locations: [{ path: '/' }, location] } });
  expect(said(nginx({ path: '/live/', buffering: false }))).toEqual([
    expect.stringContaining('nginx.locations[1].buffering: must be true with a cache'),
  ]);
  expect(said(nginx({ path: '/live/', buffering: false, cache: false }))).toEqual([]);
});

test('a path that stands twice is refused, and one that is exact beside the same with all below it is not', () => {
  const both = (second: object) => said({ nginx: { locations: [{ path: '/api/' }, second] } });
  expect(both({ path: '/api/', retry: false })).toEqual([
    'nginx.locations[0].path: must not stand here twice (/api/): put what holds there into one location',
  ]);
  expect(both({ path: '/api/', match: 'exact' })).toEqual([]);
});

test('the place of files is not one of Django', () => {
  const media = { django: { media: { storage: '1Gi', path: '/app/media' } } };
  expect(ofLocation({ path: '/media/' }, media)).toEqual([
    'nginx.locations[0].path: must not be that of django.media.url (/media/), where files are served without Django',
  ]);
  expect(ofLocation({ path: '/media/' })).toEqual([]);
  expect(said({ nginx: { static: { directory: 'test' }, locations: [{ path: '/static/' }] } })).toEqual([
    expect.stringContaining('nginx.locations[0].path: must not be that of nginx.static.url'),
  ]);
});

test.each([0, 50, 100])('a sample of %i per cent is taken', (staticSample) => {
  expect(said({ nginx: { log: { staticSample } } })).toEqual([]);
});

test.each([-1, 101, 0.5, '10%'])('a sample of %j is refused', (staticSample) => {
  expect(said({ nginx: { log: { staticSample } } })).toEqual([
    expect.stringContaining('nginx.log.staticSample: must be a whole number of per cent from 0 to 100'),
  ]);
});
