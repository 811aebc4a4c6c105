/** Certificates of clients. */
import { folder } from '../support/static-files';
import { authority, certificate, type Pair } from './support/certificates';
import type { RequestOptions } from './support/client';
import { Front } from './support/front';

let front: Front;
let ours: Pair;
const CLOSED = '/api/';
const show = ({ cert, key }: Pair, more: object = {}): RequestOptions => ({ tls: { cert, key, ...more } });

async function start(nginx: object, ca: string, options: object = {}): Promise<void> {
  front = await Front.start({ nginx: { ...nginx, tls: { clientCa: 'clients' } } }, { ...options, secrets: { clients: { 'ca.crt': ca } } });
}

describe('a location that needs one', () => {
  let client: Pair;

  beforeAll(async () => {
    ours = await authority('our clients');
    client = await certificate('ana', { by: ours });
    await start({ locations: [{ path: CLOSED, access: { clientCertificate: true } }] }, ours.cert);
  });

  test.each([{ http2: false }, { http2: true }])('lets in who has one of the authority: %j', async (protocol) => {
    expect(await front.status(CLOSED, { ...show(client), ...protocol })).toBe(200);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('lets it in by %s', async (version) => {
    expect(await front.status(CLOSED, show(client, { minVersion: version, maxVersion: version }))).toBe(200);
  });

  test('answers 403 to who shows none', async () => {
    expect(await front.status(CLOSED)).toBe(403);
    expect(await front.status(`${CLOSED}deep/`, { method: 'POST', body: 'x' })).toBe(403);
    expect(front.upstream().requests).toEqual([]);
  });

  test('keeps out who has one of somebody else, of nobody, or one that has ended', async () => {
    const others = await authority('our clients');
    const strangers = [
      await certificate('ana', { by: others }),
      await certificate('ana'),
      await certificate('ana', { by: ours, end: new Date(Date.now() - 1000) }),
      // Signed with a certificate that is none of an authority.
      await certificate('eve', { by: client }),
    ];
    for (const stranger of strangers) expect(await front.status(CLOSED, show(stranger))).toBe(400);
    expect(front.upstream().requests).toEqual([]);
  });

  test('is alone in that: other pages are open without one', async () => {
    expect(await front.status('/')).toBe(200);
    expect(await front.status('/apis')).toBe(200);
    expect(await front.status('/', show(client))).toBe(200);
  });

  test('is not reached over a connection to another host, by another spelling, or without TLS', async () => {
    expect(await front.status(`/open/..${CLOSED}`)).toBe(400);
    expect(await front.status(`/%61pi/`)).toBe(403);
    expect(await front.status(CLOSED, { http: true })).toBe(308);
    expect(front.upstream().requests).toEqual([]);
  });
});

test('is needed whatever else holds: no other condition takes its place', async () => {
  const access = { clientCertificate: true, allow: ['127.0.0.0/8'], basicAuth: {}, satisfy: 'any' };
  const client = await certificate('ana', { by: ours });
  await start({ locations: [{ path: CLOSED, access }] }, ours.cert);
  expect(await front.status(CLOSED)).toBe(403);
  expect(await front.status(CLOSED, show(client))).toBe(200);
});

test('with several authorities in the Secret each is believed', async () => {
  const others = await authority('other clients');
  await start({ locations: [{ path: CLOSED, access: { clientCertificate: true } }] }, `${ours.cert}\n${others.cert}`);
  for (const by of [ours, others]) expect(await front.status(CLOSED, show(await certificate('ana', { by })))).toBe(200);
});

describe('a whole site that needs one', () => {
  beforeAll(async () => {
    const redirects = [{ from: ['old.example.com'], to: 'shop.example.com' }];
    await start({ access: { clientCertificate: true }, redirects, locations: [{ path: '/open/', access: false }] }, ours.cert, {
      static: folder({ 'site.css': 'body {}' }),
    });
  });

  test.each(['/', '/page', '/static/site.css', '/static/not.css'])('is closed to all others, files too: %s', async (path) => {
    expect(await front.status(path)).toBe(403);
    expect(await front.status(path, show(await certificate('ana', { by: ours })))).toBe(path.includes('not') ? 404 : 200);
  });

  test('is open where a location says so, and leads on from old names', async () => {
    expect(await front.status('/open/')).toBe(200);
    expect(await front.status('/', { host: 'old.example.com' })).toBe(308);
  });

  test('is not reached by way of an old name, where no certificate is asked for', async () => {
    const answer = await front.get('/open/', { host: 'old.example.com', headers: { Host: 'shop.example.com' } });
    expect(answer.status).toBe(421);
    expect(front.upstream().requests).toEqual([]);
  });
});
