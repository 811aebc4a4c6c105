/** Clients of an nginx that has been told to stop. */
import { once } from 'node:events';
import http2 from 'node:http2';
import https from 'node:https';
import { Front } from './support/front';
import { until, within } from './support/until';

afterEach(() => Front.stop());

test('a connection that was just in use takes one more request, and is closed with its answer', async () => {
  const front = await Front.start();
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
  const first = await front.get('/', { agent });
  front.quit();
  await until('nginx to take no new connections', () =>
    front.get('/').then(
      () => false,
      () => true,
    ),
  );
  const second = await front.get('/', { agent });
  expect([first, second].map(({ status }) => status)).toEqual([200, 200]);
  expect([first, second].map((answer) => answer.header('connection'))).toEqual(['keep-alive', 'close']);
  await expect(front.get('/', { agent })).rejects.toThrow('ECONNREFUSED');
  agent.destroy();
});

test('over HTTP/2 a client is told that what it asks for from now on is not begun', async () => {
  const front = await Front.start();
  const session = await front.http2();
  expect(await front.status('/', { http2: session })).toBe(200);
  const told = once(session, 'goaway');
  front.quit();
  expect(await within('GOAWAY', told)).toEqual([http2.constants.NGHTTP2_NO_ERROR, 1, undefined]);
});
