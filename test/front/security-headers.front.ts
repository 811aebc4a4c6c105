/** Headers that tell browsers to be careful: each once, and Django's word before nginx's. */
import { Front } from './support/front';

let front: Front;
const NAMES = ['X-Content-Type-Options', 'Referrer-Policy', 'Content-Security-Policy', 'X-Frame-Options'];
const seen = async (path = '/') => {
  const answer = await front.get(path);
  return NAMES.map((name) => answer.headers(name));
};
const django = (headers: Record<string, string>) =>
  (front.upstream().answer = (_request, response) => response.writeHead(200, headers).end());

describe('securityHeaders: true', () => {
  beforeAll(async () => {
    front = await Front.start({ nginx: { static: { directory: 'example/django_app/static' } } });
  });

  test('what Django does not say is added', async () => {
    expect(await seen()).toEqual([['nosniff'], ['same-origin'], [], []]);
  });

  test('what Django says is left as it is, and sent once', async () => {
    django({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Content-Security-Policy': "default-src 'self'",
      'X-Frame-Options': 'DENY',
    });
    expect(await seen()).toEqual([['nosniff'], ['no-referrer'], ["default-src 'self'"], ['DENY']]);
  });

  test('answers of nginx itself have them', async () => {
    front.upstream().answer = (_request, response) => response.socket?.destroy();
    expect(await seen()).toEqual([['nosniff'], ['same-origin'], [], []]);
  });

  test('a file is not taken for another type, and says so once', async () => {
    expect((await front.get('/static/site.css')).headers('X-Content-Type-Options')).toEqual(['nosniff']);
  });
});

test('securityHeaders: false leaves all to Django', async () => {
  front = await Front.start({ nginx: { securityHeaders: false } });
  expect(await seen()).toEqual([[], [], [], []]);
});
