import { render } from '../../support/stack';
import { block, http, server, values } from '../nginx-tree';

const conf = (nginx: object) => http(render({ nginx }));
const added = (nginx: object, path: string) => values(block(server(conf(nginx), '8443 ssl'), 'location', path), 'add_header');

test('every location that leads to Django adds what Django has not said, on errors too', () => {
  for (const path of ['/', '/api/'])
    expect(added({ locations: [{ path: '/api/' }] }, path)).toEqual(
      expect.arrayContaining(['X-Content-Type-Options $content_type_options always', 'Referrer-Policy $referrer_policy always']),
    );
});

test.each([
  ['$upstream_http_x_content_type_options $content_type_options', 'nosniff'],
  ['$upstream_http_referrer_policy $referrer_policy', 'same-origin'],
])('%s is %s where Django is silent, and empty elsewhere', (map, value) => {
  expect(block(conf({}), 'map', map)).toMatchObject([
    { name: '', args: [value] },
    { name: 'default', args: [''] },
  ]);
});

test('what depends on the page is left to Django', () => {
  expect(JSON.stringify(conf({}))).not.toMatch(/Content-Security-Policy|X-Frame-Options/i);
});

test('none is added where the file says so', () => {
  expect(added({ securityHeaders: false }, '/')).toEqual([]);
  expect(JSON.stringify(conf({ securityHeaders: false }))).not.toMatch(/referrer_policy|content_type_options/);
});
