/** Static and uploaded files in nginx.conf. */
import { config, render } from '../../support/stack';
import { block, confText, http, server, values, type Directive } from '../nginx-tree';

const conf = (changes: object = {}) => http(render(changes));
const STATIC = { nginx: { static: { directory: 'test' } } };
const IMAGE = { nginx: { static: { image: { name: 'registry.example.com/team/static:1', path: '/files' } } } };
const CLAIM = { nginx: { static: { claim: 'files' } } };
const MEDIA = { django: { media: { storage: '1Gi', path: '/app/media' } } };
const location = (url: string, changes: object) => block(server(conf(changes), '8443 ssl'), 'location', url);
const locations = (changes: object) =>
  server(conf(changes), '8443 ssl')
    .filter(({ name }) => name === 'location')
    .map(({ args }) => args.join(' '));
const headers = (body: readonly Directive[], name: string) => values(body, 'add_header').filter((value) => value.startsWith(`${name} `));

/** Cache-Control of a path, as nginx finds it in its map. */
function lifetime(changes: object, status: number, path: string): string | undefined {
  const rules = block(conf(changes), 'map', '$status $uri', '$static_cache_control');
  const found = rules.find(({ name }) => name.startsWith('~') && new RegExp(name.slice(1)).test(`${status} ${path}`));
  return (found ?? rules.find(({ name }) => name === 'default'))?.args.join(' ');
}

describe('static files', () => {
  test('stand where the file says, and where they are mounted', () => {
    expect(locations({})).toEqual(['/']);
    for (const changes of [STATIC, IMAGE, CLAIM]) {
      expect(locations(changes)).toEqual(['/static/', '/']);
      expect(values(location('/static/', changes), 'alias')).toEqual(['/srv/static/']);
    }
    expect(locations({ nginx: { static: { directory: 'test', url: '/assets/' } } })).toEqual(['/assets/', '/']);
  });

  test('have one Cache-Control, which a map knows', () => {
    expect(headers(location('/static/', STATIC), 'Cache-Control')).toEqual(['Cache-Control $static_cache_control always']);
    expect(values(location('/static/', STATIC), 'expires')).toEqual([]);
    expect(confText(render())).not.toContain('static_cache_control');
  });

  test.each([
    ['/static/site.5c0b501f9979.css', 'public, max-age=31536000, immutable'],
    ['/static/js/app.min.5c0b501f9979.js', 'public, max-age=31536000, immutable'],
    ['/static/LICENSE.5c0b501f9979', 'public, max-age=31536000, immutable'],
    ['/static/site.css', 'public, max-age=86400'],
    ['/static/site.5c0b501f9979', 'public, max-age=31536000, immutable'],
    ['/static/site.5C0B501F9979.css', 'public, max-age=86400'],
    ['/static/site.5c0b501f997.css', 'public, max-age=86400'],
    ['/static/site.5c0b501f99790.css', 'public, max-age=86400'],
    ['/static/site-5c0b501f9979.css', 'public, max-age=86400'],
    ['/static/v.5c0b501f9979.d/site.css', 'public, max-age=86400'],
  ])('are kept for a year where the name has a hash of Django: %s', (path, kept) => {
    expect(lifetime(STATIC, 200, path)).toBe(kept);
    expect(lifetime(STATIC, 304, path)).toBe(kept);
    expect(lifetime(STATIC, 404, path)).toBe('no-store');
  });

  test('are kept for as long as the file says where it has none', () => {
    expect(lifetime({ nginx: { static: { directory: 'test', maxAge: '90m' } } }, 200, '/static/site.css')).toBe('public, max-age=5400');
  });

  test('that not everybody may see are kept by browsers alone', () => {
    const closed = { nginx: { ...STATIC.nginx, access: { allow: ['192.0.2.0/24'] }, service: { type: 'LoadBalancer' } } };
    expect(lifetime(closed, 200, '/static/site.css')).toBe('private, max-age=86400');
    expect(values(location('/static/', closed), 'allow')).toEqual(['192.0.2.0/24']);
  });

  test.each([[STATIC], [IMAGE], [CLAIM]])('have their compressed form beside them: %j', (changes) => {
    expect(values(location('/static/', changes), 'gzip_static')).toEqual(['on']);
    expect(values(http(render(changes)), 'gzip_vary')).toEqual(['on']);
  });

  test('are kept open where no file changes while a pod runs', () => {
    for (const changes of [STATIC, IMAGE]) {
      expect(values(location('/static/', changes), 'open_file_cache')).toEqual(['max=1000 inactive=1h']);
      expect(values(location('/static/', changes), 'open_file_cache_errors')).toEqual(['on']);
    }
    for (const name of ['open_file_cache', 'open_file_cache_errors']) expect(values(location('/static/', CLAIM), name)).toEqual([]);
  });

  test("of a claim are not served where the name begins with a dot, which is nobody's business", () => {
    expect(values(block(location('/static/', CLAIM), 'location', '~', '/\\.'), 'return')).toEqual(['404']);
    for (const changes of [STATIC, IMAGE]) expect(location('/static/', changes).map(({ name }) => name)).not.toContain('location');
  });

  test('are never handed to Gunicorn', () => {
    expect(values(location('/static/', STATIC), 'proxy_pass')).toEqual([]);
  });

  test('keep what holds for the site, as headers are not inherited', () => {
    const changes = { nginx: { ...STATIC.nginx, tls: { hsts: {} } }, ...MEDIA };
    for (const url of ['/static/', '/media/']) expect(headers(location(url, changes), 'Strict-Transport-Security')).toHaveLength(1);
  });
});

describe('uploaded files', () => {
  test('stand where the file says', () => {
    expect(values(location('/media/', MEDIA), 'alias')).toEqual(['/srv/media/']);
    expect(locations({ django: { media: { ...MEDIA.django.media, url: '/uploads/' } } })).toEqual(['/uploads/', '/']);
  });

  test('are never taken for another type than they have, and have no second Cache-Control', () => {
    expect(headers(location('/media/', MEDIA), 'X-Content-Type-Options')).toEqual(['X-Content-Type-Options nosniff always']);
    expect(headers(location('/media/', MEDIA), 'Cache-Control').length).toBeLessThanOrEqual(1);
  });

  test('fails where they would stand among static files', () => {
    expect(() => config({ ...STATIC, django: { media: { ...MEDIA.django.media, url: '/static/media/' } } })).toThrow(
      'django.media.url: must not lie below nginx.static.url',
    );
  });
});
