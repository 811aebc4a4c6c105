/** Bodies of requests: when Django gets them. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { Front } from './support/front';
import { until } from './support/until';

let front: Front;

beforeAll(async () => {
  front = await Front.start({ nginx: { locations: [{ path: '/upload/', requestBuffering: false }] } });
});

describe('an upload', () => {
  /** Bytes of bodies that the pod has, by path. */
  const received: Record<string, number> = {};
  const count = (request: IncomingMessage) => {
    const { url = '' } = request;
    received[url] = 0;
    request.on('data', (part: Buffer) => (received[url] = (received[url] ?? 0) + part.length));
  };

  /** Sends one half of a body; returns what sends the other, and takes the answer. */
  async function half(path: string): Promise<() => Promise<number | undefined>> {
    const { host, ports, certificate: ca } = front.site;
    const place = { host: '127.0.0.1', port: ports.https, servername: host, ca, agent: false };
    const request = https.request({ ...place, method: 'POST', path, headers: { Host: host, 'Content-Length': 2000 } });
    const answered = once(request, 'response');
    await new Promise((resolve) => request.write(Buffer.alloc(1000), resolve));
    return async () => {
      request.end(Buffer.alloc(1000));
      const [answer] = (await answered) as [IncomingMessage];
      answer.resume();
      return answer.statusCode;
    };
  }

  test('reaches Django as it comes with requestBuffering: false, and elsewhere when it is complete', async () => {
    front.upstream().server.on('request', count);
    const ends = [await half('/'), await half('/upload/')];
    await until('the half of the later one', () => received['/upload/'] === 1000);
    expect(received).toEqual({ '/upload/': 1000 });
    for (const end of ends) expect(await end()).toBe(200);
    expect(received).toEqual({ '/upload/': 2000, '/': 2000 });
    front.upstream().server.off('request', count);
  });
});
