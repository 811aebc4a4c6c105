/** What stands in front of Nginx and ends TLS. */
import type { RequestOptions } from './support/client';
import { Front } from './support/front';

let front: Front;

const CONTROLLER = '10.244.7.7';
const CLIENT = '203.0.113.7';
const HOST = 'shop.example.com';
/** Node sends no name for an address. */
const NAMELESS = { host: '10.244.0.9', headers: { Host: HOST }, tls: { checkServerIdentity: () => undefined } };

/** As a controller hands on what a client asked for, by a handshake without a name. */
const handedOn = (proto: string, options: RequestOptions = {}): RequestOptions => ({
  from: CONTROLLER,
  ...NAMELESS,
  ...options,
  headers: { Host: HOST, 'X-Forwarded-For': CLIENT, 'X-Forwarded-Proto': proto, ...options.headers },
});

describe('behind an Ingress', () => {
  beforeAll(async () => {
    const redirects = [{ from: ['www.example.com'], to: HOST }];
    front = await Front.start({ nginx: { ingress: { className: 'public' }, realIp: { from: ['10.244.0.0/16'] }, redirects } });
  });

  test('a controller that names no host in the handshake gets the site by its request', async () => {
    expect((await front.get('/page', handedOn('https'))).status).toBe(200);
    expect(front.upstream().requests.map(({ url, headers }) => [url, headers.host])).toEqual([['/page', HOST]]);
  });

  test('so does one that names it', async () => {
    expect((await front.get('/page', { from: CONTROLLER })).status).toBe(200);
  });

  test('Django is told of the client, and of HTTPS', async () => {
    await front.get('/', handedOn('https'));
    expect(front.upstream().requests[0]?.headers).toMatchObject({ 'x-forwarded-for': CLIENT, 'x-forwarded-proto': 'https', host: HOST });
    expect((await front.log()).map(({ ip }) => ip)).toEqual([CLIENT]);
  });

  test('what came to the controller without TLS is led to HTTPS, and does not reach Django', async () => {
    const answer = await front.get('/a/b?c=d', handedOn('http', { method: 'POST', body: 'x' }));
    expect([answer.status, answer.header('location')]).toEqual([308, `https://${HOST}/a/b?c=d`]);
    expect(front.upstream().requests).toEqual([]);
  });

  test('old names lead to the new one', async () => {
    const answer = await front.get('/a', handedOn('https', { headers: { Host: 'www.example.com' } }));
    expect([answer.status, answer.header('location')]).toEqual([308, `https://${HOST}/a`]);
  });

  test.each(['evil.example.com', '10.244.0.9'])('another host gets 421, with a handshake or without: %s', async (Host) => {
    expect((await front.get('/', handedOn('https', { headers: { Host } }))).status).toBe(421);
    expect((await front.get('/', { from: CONTROLLER, headers: { Host } })).status).toBe(421);
    expect(front.upstream().requests).toEqual([]);
  });

  test('a stranger in the cluster is not believed to be a controller', async () => {
    await front.get('/', handedOn('https', { from: '10.9.9.9' }));
    expect(front.upstream().requests[0]?.headers).toMatchObject({ 'x-forwarded-for': '10.9.9.9' });
  });
});

test('behind a Gateway with an HTTPRoute Django is told of the client, and the Gateway names the host in the handshake', async () => {
  const gateway = { name: 'public', sectionName: 'https', route: 'HTTPRoute' };
  front = await Front.start({ nginx: { gateway, realIp: { from: ['10.244.0.0/16'] } } });
  expect((await front.get('/', { from: CONTROLLER, headers: { 'X-Forwarded-For': CLIENT } })).status).toBe(200);
  expect(front.upstream().requests[0]?.headers).toMatchObject({ 'x-forwarded-for': CLIENT, 'x-forwarded-proto': 'https' });
  await expect(front.get('/', NAMELESS)).rejects.toThrow(/unrecognized name/);
});

const REAL_IP = { from: ['10.244.0.0/16'] };

test.each([
  [{ service: { type: 'LoadBalancer', https: 8443 } }],
  [{ ingress: { className: 'public' }, realIp: REAL_IP }],
  [{ ingress: { className: 'public' }, realIp: REAL_IP, tls: { profile: 'modern' }, redirects: [{ from: ['www.example.com'], to: HOST }] }],
  [{ gateway: { name: 'public', sectionName: 'https', route: 'HTTPRoute' }, realIp: REAL_IP }],
  [{ gateway: { name: 'public' }, realIp: { ...REAL_IP, header: 'proxy_protocol' } }],
  [{ metrics: {}, realIp: REAL_IP }],
  [{ replicas: { min: 2, max: 4 }, resources: { limits: { cpu: '2', memory: '2Gi' } } }],
])('nginx starts without a word: %j', async (nginx) => {
  front = await Front.start({ nginx });
  expect(await front.errors()).toBe('');
});
