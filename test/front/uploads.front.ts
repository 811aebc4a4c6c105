/** Bodies of requests: when Django gets them. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { Front } from './support/front';

let front: Front;

beforeAll(async () => {
  front = await Front.start({ nginx: { locations: [{ path: '/upload/', requestBuffering: false }] } });
});

describe('an upload', () => {
  /** How many bytes of a body the pod has when the client has sent a half. */
  async function half(path: string): Promise<number> {
    const { host, ports, certificate: ca } = front.site;
    let received = 0;
    const count = (request: IncomingMessage) => request.on('data', (part: Buffer) => (received += part.length));
    front.upstream().server.on('request', count);
    const headers = { Host: host, 'Content-Length': 2000 };
    const request = https.request({
      host: '127.0.0.1',
      port: ports.https,
      servername: host,
      ca,
      method: 'POST',
      path,
      headers,
      agent: false,
    });
    const answered = once(request, 'response');
    request.write(Buffer.alloc(1000));
    await pause(300);
    const before = received;
    request.end(Buffer.alloc(1000));
    const [answer] = (await answered) as [IncomingMessage];
    answer.resume();
    front.upstream().server.off('request', count);
    expect([answer.statusCode, received]).toEqual([200, 2000]);
    return before;
  }

  test('reaches Django as it comes with requestBuffering: false', async () => {
    expect(await half('/upload/')).toBe(1000);
  });

  test('and elsewhere when it is complete', async () => {
    expect(await half('/')).toBe(0);
  });
});
