/** Whose word about the address of a client is believed. */
import net from 'node:net';
import tls from 'node:tls';
import type { RequestOptions } from './support/client';
import { Front } from './support/front';

let front: Front;

const BALANCER = '10.1.2.3';
const CLIENT = '203.0.113.7';
const FAKE = '6.6.6.6';

/** The address that Django is told, which is that of the log too. */
async function seen(options: RequestOptions): Promise<string | undefined> {
  expect((await front.get('/', options)).status).toBe(200);
  const headers = front.upstream().requests.at(-1)?.all;
  expect(headers?.['x-forwarded-for']).toEqual(headers?.['x-real-ip']);
  expect((await front.log()).at(-1)?.ip).toBe(headers?.['x-real-ip']?.[0]);
  return headers?.['x-real-ip']?.[0];
}

describe('X-Forwarded-For', () => {
  beforeAll(async () => {
    front = await Front.start({ nginx: { realIp: { from: ['10.1.0.0/16', '192.168.0.0/24', '2001:db8:1b::/48'] } } });
  });

  test.each([
    ['one address', CLIENT, CLIENT],
    ['one of IPv6', '2001:db8::7', '2001:db8::7'],
    ['what another of the same has added', `${CLIENT}, 192.168.0.9`, CLIENT],
    ['what another of IPv6 has added', `${CLIENT}, 2001:db8:1b::9, 192.168.0.9`, CLIENT],
    ['what the client itself has put in front', `${FAKE}, ${CLIENT}`, CLIENT],
    ['that and a trusted address in front', `10.1.0.1, ${FAKE}, ${CLIENT}, 192.168.0.9`, CLIENT],
    ['a stranger behind the client', `${FAKE}, ${CLIENT}, 198.51.100.1`, '198.51.100.1'],
    ['trusted addresses alone', '10.1.0.1, 192.168.0.9', '10.1.0.1'],
    ['no address', 'unknown', BALANCER],
    ['nothing', '', BALANCER],
  ])('of the load balancer, with %s: %s', async (_what, value, address) => {
    expect(await seen({ from: BALANCER, headers: { 'X-Forwarded-For': value } })).toBe(address);
  });

  test('is one list, however many lines it has', async () => {
    expect(await seen({ from: BALANCER, headers: { 'X-Forwarded-For': [FAKE, CLIENT, '192.168.0.9'] } })).toBe(CLIENT);
  });

  test.each([CLIENT, '10.2.0.1', '192.168.1.1'])('of anybody else is not believed: %s', async (from) => {
    for (const headers of [{ 'X-Forwarded-For': FAKE }, { 'X-Forwarded-For': `${FAKE}, 10.1.0.1` }, { 'X-Real-IP': FAKE }])
      expect(await seen({ from, headers })).toBe(from);
  });

  test('is all that the load balancer is believed', async () => {
    const headers = { 'X-Real-IP': FAKE, 'CF-Connecting-IP': FAKE, 'True-Client-IP': FAKE, Forwarded: `for=${FAKE}` };
    expect(await seen({ from: BALANCER, headers })).toBe(BALANCER);
  });
});

test.each(['X-Real-IP', 'CF-Connecting-IP', 'True-Client-IP'])('%s is believed of the load balancer alone', async (header) => {
  front = await Front.start({ nginx: { realIp: { from: ['10.1.0.0/16'], header } } });
  expect(await seen({ from: BALANCER, headers: { [header]: CLIENT, 'X-Forwarded-For': FAKE } })).toBe(CLIENT);
  expect(await seen({ from: BALANCER, headers: { [header]: '2001:db8::7' } })).toBe('2001:db8::7');
  expect(await seen({ from: CLIENT, headers: { [header]: FAKE } })).toBe(CLIENT);
});

test('with nothing said nobody is believed', async () => {
  front = await Front.start();
  expect(await seen({ from: BALANCER, headers: { 'X-Forwarded-For': FAKE, 'X-Real-IP': FAKE } })).toBe(BALANCER);
});

describe('the PROXY protocol', () => {
  const OFFICE = { path: '/office/', access: { allow: [`${CLIENT}/32`, '2001:db8::/32'] } };
  const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n`;
  /** By plain HTTP, which leads to HTTPS and shows that the line was read. */
  const plain = (line: string, from: string) => front.raw([line, ask('/')], { http: true, from });

  beforeAll(async () => {
    front = await Front.start({ nginx: { realIp: { from: ['10.1.0.0/16'], header: 'proxy_protocol' }, locations: [OFFICE] } });
  });

  test.each([
    [`PROXY TCP4 ${CLIENT} 10.1.2.3 40000 443\r\n`, CLIENT],
    ['PROXY TCP6 2001:db8::7 2001:db8::1 40000 443\r\n', '2001:db8::7'],
    ['PROXY UNKNOWN\r\n', BALANCER],
  ])('says who comes: %j', async (line, address) => {
    expect((await plain(line, BALANCER)).statuses).toEqual([308]);
    expect((await front.log()).map(({ ip }) => ip)).toEqual([address]);
  });

  test('of anybody else than the load balancer is read, and not believed', async () => {
    expect((await plain(`PROXY TCP4 ${FAKE} 10.1.2.3 40000 443\r\n`, CLIENT)).statuses).toEqual([308]);
    expect((await front.log()).map(({ ip }) => ip)).toEqual([CLIENT]);
  });

  test('is needed: without it no request is read', async () => {
    expect(await plain('', BALANCER)).toMatchObject({ statuses: [], closed: true });
    await expect(front.get('/', { from: BALANCER })).rejects.toThrow();
  });

  test('comes before TLS, and access goes by it', async () => {
    expect(await throughProxy(`PROXY TCP4 ${CLIENT} 10.1.2.3 40000 443\r\n`, ask('/office/'))).toMatch(/^HTTP\/1\.1 200 /);
    expect(front.upstream().requests[0]?.all['x-forwarded-for']).toEqual([CLIENT]);
    expect(await throughProxy('PROXY TCP6 2001:db8::7 ::1 40000 443\r\n', ask('/office/'))).toMatch(/^HTTP\/1\.1 200 /);
    expect(await throughProxy(`PROXY TCP4 ${FAKE} 10.1.2.3 40000 443\r\n`, ask('/office/'))).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('is not asked of the kubelet', async () => {
    expect((await front.get('/healthz', { http: true, port: front.site.ports.health })).status).toBe(200);
  });
});

/** Bytes through a load balancer that says a line before TLS begins; all that comes back. */
async function throughProxy(line: string, bytes: string): Promise<string> {
  const { host, ports, certificate } = front.site;
  const socket = net.connect({ host: '127.0.0.1', port: ports.https, localAddress: BALANCER });
  socket.write(line);
  const secure = tls.connect({ socket, servername: host, ca: certificate });
  secure.write(bytes);
  const parts: Buffer[] = [];
  for await (const part of secure) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
