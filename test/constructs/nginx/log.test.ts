import { render } from '../../support/stack';
import { block, http, server, values } from '../nginx-tree';

const conf = (staticSample?: number) =>
  http(
    render({
      django: { media: { storage: '1Gi', path: '/app/media' } },
      nginx: { static: { directory: 'test' }, log: { staticSample } },
    }),
  );
const access = (path: string, staticSample?: number) =>
  values(block(server(conf(staticSample), '8443 ssl'), 'location', path), 'access_log');

test('every hit on a file is logged, with nothing said', () => {
  for (const path of ['/static/', '/media/', '/']) expect(access(path)).toEqual([]);
  expect(JSON.stringify(conf())).not.toMatch(/split_clients|log_static/);
});

test.each([1, 10, 99])('of hits on files %i per cent are logged, drawn by the id of the request, and all errors', (share) => {
  expect(block(conf(share), 'split_clients', '$request_id $static_sample')).toMatchObject([
    { name: `${share}%`, args: ['1'] },
    { name: '*', args: ['0'] },
  ]);
  expect(block(conf(share), 'map', '$status $log_static')).toMatchObject([
    { name: '~^[45]', args: ['1'] },
    { name: 'default', args: ['$static_sample'] },
  ]);
  for (const path of ['/static/', '/media/']) expect(access(path, share)).toEqual(['/dev/stdout json buffer=4k flush=1s if=$log_static']);
  expect(access('/', share)).toEqual([]);
  expect(values(conf(share), 'access_log')).toEqual(['/dev/stdout json buffer=4k flush=1s']);
});

test('none are, with 0, but all errors', () => {
  expect(JSON.stringify(conf(0))).not.toContain('split_clients');
  expect(block(conf(0), 'map', '$status $log_static')).toMatchObject([{ name: '~^[45]' }, { name: 'default', args: ['0'] }]);
});

test('what takes the id of a request from a client is nowhere', () => {
  expect(JSON.stringify(conf())).not.toContain('http_x_request_id');
});
