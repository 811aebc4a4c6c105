/** The counters of Nginx, for the exporter beside it. */
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { STATUS_URL } from '../../constructs/nginx/conf/status';
import { Front } from './support/front';

let front: Front;

/** Addresses of the pod, of which this network has all that there are. */
const OTHERS = ['10.244.0.9', '127.0.0.2', '::1', '2001:db8::9'];

async function ask(url: string, headers: http.OutgoingHttpHeaders = {}, localAddress?: string): Promise<{ status?: number; text: string }> {
  const [answer] = (await once(http.get(url, { headers, localAddress, agent: false }), 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return { status: answer.statusCode, text: Buffer.concat(parts).toString() };
}
const requests = async () => Number(/(\d+) +\n?Reading/.exec((await ask(STATUS_URL)).text)?.[1]);

describe('with metrics', () => {
  beforeAll(async () => {
    front = await Front.start({ nginx: { metrics: {}, realIp: { from: ['0.0.0.0/0', '::/0'] } } });
  });

  test('the counters are there for the exporter, in the form that it reads', async () => {
    const { status, text } = await ask(STATUS_URL);
    expect(status).toBe(200);
    expect(text).toMatch(
      /^Active connections: \d+ \nserver accepts handled requests\n \d+ \d+ \d+ \nReading: \d+ Writing: \d+ Waiting: \d+ \n$/,
    );
  });

  test('they count requests', async () => {
    const before = await requests();
    for (let count = 0; count < 5; count += 1) await front.get('/');
    expect(await requests()).toBe(before + 6);
  });

  test('they are not logged', async () => {
    await ask(STATUS_URL);
    expect(await front.log()).toEqual([]);
  });

  test('nothing else is there', async () => {
    expect((await ask(new URL('/', STATUS_URL).href)).status).toBe(404);
    expect((await ask(new URL('/healthz', STATUS_URL).href)).status).toBe(404);
  });

  test.each(OTHERS)('they are at no other address of the pod: %s', async (address) => {
    const { port, pathname } = new URL(STATUS_URL);
    const host = address.includes(':') ? `[${address}]` : address;
    await expect(ask(`http://${host}:${port}${pathname}`)).rejects.toThrow('ECONNREFUSED');
  });

  test.each(['http', 'https', 'health'] as const)('nor on the port for %s, whatever address a client claims to have', async (port) => {
    const headers = { 'X-Forwarded-For': '127.0.0.1', 'X-Real-IP': '127.0.0.1' };
    const answer = await front.get('/stub_status', { http: port !== 'https', port: front.site.ports[port], headers });
    expect(answer.text).not.toContain('Active connections');
  });
});

test('without metrics there is no such port', async () => {
  front = await Front.start();
  await expect(ask(STATUS_URL)).rejects.toThrow('ECONNREFUSED');
});
