/** What visitors get through the front: real HTTP over TLS. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { until } from './support/kubectl';
import { Release } from './support/release';
import { serving, visit, write } from './support/visitor';

const STATIC = join(__dirname, '../../example/django_app/static');
const release = Release.shared();

beforeAll(() => serving(release));

test('a row that is written is read, and still there after the pod of Postgres is deleted', async () => {
  const text = `row ${Date.now()}`;
  expect(write(release, 'Ada', text)).toBe(302);
  expect(visit(release, '/').text).toContain(text);
  release.kubectl('delete', 'pod', `${release.release}-postgres-0`, '--wait');
  await until('the page with the row', () => visit(release, '/').text.includes(text));
});

describe('a static file', () => {
  const files = readdirSync(STATIC, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(STATIC.length + 1));

  test.each(files)('%s comes as it is, compressed for those who can take that and plain for others', (file) => {
    const plain = visit(release, `/static/${file}`);
    const compressed = visit(release, `/static/${file}`, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(plain.body.equals(readFileSync(join(STATIC, file)))).toBe(true);
    expect(plain.header('content-encoding')).toBeUndefined();
    expect(compressed.header('content-encoding')).toBe('gzip');
    expect(gunzipSync(compressed.body).equals(plain.body)).toBe(true);
  });

  test('has one Cache-Control header, the type of its name, and an ETag and a date that all pods agree on', () => {
    const answer = visit(release, '/static/site.css');
    expect(answer.headers('cache-control')).toEqual(['public, max-age=86400']);
    expect(answer.header('content-type')).toBe('text/css');
    expect(answer.header('x-content-type-options')).toBe('nosniff');
    const said = Array.from({ length: 8 }, () => visit(release, '/static/site.css').headers('etag'));
    expect([...new Set(said.flat())]).toEqual([expect.stringMatching(/^"/)]);
    const headers = { 'If-None-Match': answer.header('etag') ?? '', 'If-Modified-Since': answer.header('last-modified') ?? '' };
    for (let visits = 0; visits < 8; visits += 1) expect(visit(release, '/static/site.css', { headers }).status).toBe(304);
  });

  test('with a hash in its name is kept for ever', () => {
    const hashed = files.find((file) => /\.[0-9a-f]{12}\.css$/.test(file)) ?? '';
    expect(visit(release, `/static/${hashed}`).headers('cache-control')).toEqual(['public, max-age=31536000, immutable']);
  });

  test.each(['/static/no-such.css', '/static/../nginx.conf', '/static/%2e%2e/%2e%2e/etc/passwd', '/static../secrets/tls/tls.key'])(
    'is not found outside of what was collected: %s',
    (path) => {
      const { status, text } = visit(release, path);
      expect([400, 404]).toContain(status);
      expect(text).not.toContain('PRIVATE KEY');
    },
  );

  test('is no folder with a port that nobody outside knows', () => {
    expect(visit(release, '/static/img').header('location')).toBe('/static/img/');
  });
});

test('HTTP leads to HTTPS, to the same page', () => {
  const answer = visit(release, '/entries?page=2', { plain: true });
  expect(answer.status).toBe(308);
  expect(answer.header('location')).toBe(`https://${release.host}/entries?page=2`);
});

test('a host that is not ours is refused: without a handshake, and without an answer of Django', () => {
  expect(visit(release, '/', { host: 'evil.example.com' }).error).toMatch(/SSL/);
  expect(visit(release, '/', { headers: { Host: 'evil.example.com' } }).status).toBe(421);
  expect(visit(release, '/', { host: 'evil.example.com', plain: true }).status).toBe(421);
});

test('Django sees who asks, for which host and by HTTPS, whatever the visitor claims', () => {
  const claims = {
    'X-Forwarded-For': '6.6.6.6',
    'X-Forwarded-Proto': 'http',
    'X-Real-IP': '6.6.6.6',
    'X-Forwarded-Host': 'evil.example.com',
  };
  const seen = JSON.parse(visit(release, '/request/', { headers: claims }).text) as Record<string, string | boolean>;
  expect(seen).toMatchObject({ scheme: 'https', is_secure: true, host: release.host, x_forwarded_proto: 'https' });
  expect(seen.x_forwarded_for).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  expect(seen.x_forwarded_for).not.toBe('6.6.6.6');
  expect(seen.x_real_ip).toBe(seen.x_forwarded_for);
});

test('a renewed certificate is served without a restart', async () => {
  const before = release.ready('nginx').map(({ metadata }) => metadata.uid);
  const old = release.certificate;
  await release.renewCertificate();
  expect(release.certificate).not.toBe(old);
  // Only the new one is trusted by the visitor now. The kubelet renews files once a minute, nginx looks after another.
  await until('an answer under the new certificate', () => visit(release, '/healthz').status === 200);
  expect(release.ready('nginx').map(({ metadata }) => metadata.uid)).toEqual(before);
});

test('a restart of Postgres takes down neither the static files nor the front', async () => {
  const pods = () =>
    release
      .pods('gunicorn')
      .map(({ metadata, status }) => [metadata.uid, status.containerStatuses?.map(({ restartCount }) => restartCount)]);
  const before = pods();
  release.kubectl('scale', `statefulset/${release.release}-postgres`, '--replicas=0');
  // One that is going may still answer.
  await until('Postgres to be gone', () => release.list('pods', 'app.kubernetes.io/component=postgres').length === 0);
  expect(visit(release, '/static/site.css').status).toBe(200);
  expect(visit(release, '/healthz').status).toBe(200);
  expect(visit(release, '/readyz').status).toBe(503);
  release.kubectl('scale', `statefulset/${release.release}-postgres`, '--replicas=1');
  await until('the page', () => visit(release, '/').status === 200);
  expect(pods()).toEqual(before);
});
