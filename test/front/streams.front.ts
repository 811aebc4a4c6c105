/** Answers that pass while they last, and long requests. */
import { once } from 'node:events';
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { session } from './support/client';
import { slowly } from './support/django';
import { Front } from './support/front';
import { until, within } from './support/until';

let front: Front;
const LIVE = { path: '/live/', buffering: false };

/** A request whose answer comes in parts. */
async function open(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const { host, ports, certificate: ca } = front.site;
  const request = https.get({
    host: '127.0.0.1',
    port: ports.https,
    servername: host,
    ca,
    path,
    headers: { Host: host, ...headers },
    agent: false,
  });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return answer;
}

/** Each part is sent when the client has the one before: what waits in nginx never comes. */
async function conversation(
  path: string,
  type: string,
  headers: Record<string, string> = {},
  extra: Record<string, string> = {},
): Promise<string[]> {
  let response: ServerResponse | undefined;
  front.upstream().answer = (_request, own) => {
    response = own.writeHead(200, { 'Content-Type': type, ...extra });
    response.write('data: 0\n\n');
  };
  const answer = await within('the head of the answer', open(path, headers));
  const stream = answer.headers['content-encoding'] === 'gzip' ? answer.pipe(createGunzip()) : answer;
  const parts: string[] = [];
  stream.on('data', (part: Buffer) => parts.push(part.toString()));
  stream.on('error', () => undefined);
  try {
    for (let number = 0; number < 4; number += 1) {
      await until(`part ${number}`, () => parts.join('').includes(`data: ${number}\n`));
      response?.write(`data: ${number + 1}\n\n`);
    }
  } finally {
    response?.end();
    answer.destroy();
  }
  return [answer.headers['content-encoding'] ?? 'plain', ...parts];
}

beforeAll(async () => {
  const locations = [
    LIVE,
    { path: '/upload/', requestBuffering: false },
    { path: '/reports/', timeout: '4s' },
    { path: '/', timeout: '1s' },
  ];
  front = await Front.start({ nginx: { locations } });
});

describe('buffering: false', () => {
  test('events arrive one by one', async () => {
    await conversation('/live/events', 'text/event-stream');
  });

  test('also when they are compressed on the way', async () => {
    const [encoding] = await conversation('/live/lines', 'text/plain', { 'Accept-Encoding': 'gzip' });
    expect(encoding).toBe('gzip');
  });

  test('also with HTTP/2', async () => {
    let response: ServerResponse | undefined;
    front.upstream().answer = (_request, own) => {
      response = own.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: 0\n\n');
    };
    const client = await session(front.site);
    const stream = client.request({ ':path': '/live/events', ':authority': front.site.host });
    for (let number = 0; number < 3; number += 1) {
      const [part] = (await within(`event ${number}`, once(stream, 'data'))) as [Buffer];
      expect(part.toString()).toBe(`data: ${number}\n\n`);
      response?.write(`data: ${number + 1}\n\n`);
    }
    response?.end();
    client.destroy();
  });
});

describe('elsewhere', () => {
  test('X-Accel-Buffering: no of Django does the same for one answer', async () => {
    await conversation('/reports/live', 'text/event-stream', {}, { 'X-Accel-Buffering': 'no' });
  });

  test('a slow client does not hold a thread of Gunicorn', async () => {
    const size = 2_000_000;
    let done = false;
    front.upstream().answer = (_request, response) => response.end(Buffer.alloc(size, 'x'), () => (done = true));
    const answer = await open('/reports/large');
    answer.pause();
    await until('Gunicorn to be done', () => done && front.upstream().requests.length === 1);
    answer.destroy();
  });
});

describe('a long request', () => {
  test('may last where its location says so', async () => {
    front.upstream().answer = slowly(1600, 'done');
    expect((await front.get('/reports/export')).text).toBe('done');
  });

  test('is 504 elsewhere', async () => {
    front.upstream().answer = () => undefined;
    expect((await front.get('/page')).status).toBe(504);
  });
});
