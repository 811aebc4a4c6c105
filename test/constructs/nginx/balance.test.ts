import { render } from '../../support/stack';
import { allows, podLabels } from '../policies';
import { block, http, values } from '../nginx-tree';

const SEEN = { service: { type: 'LoadBalancer' } };
const rendered = (balance: object) => render({ nginx: { ...SEEN, balance } });
const upstream = (balance: object = {}) => block(http(rendered(balance)), 'upstream', 'gunicorn');
const METHODS = ['least_conn', 'ip_hash', 'hash', 'random', 'sticky', 'least_time'];
const PODS = 'shop-gunicorn.shop-test.svc.cluster.local';

describe('the algorithm', () => {
  test.each([
    [{}, ['least_conn ']],
    [{ method: 'round_robin' }, []],
    [{ method: 'ip_hash' }, ['ip_hash ']],
    [{ method: 'random' }, ['random two least_conn']],
    [{ method: 'hash', key: 'address' }, ['hash $binary_remote_addr consistent']],
    [{ method: 'hash', key: 'host' }, ['hash $host consistent']],
    [{ method: 'hash', key: 'uri' }, ['hash $request_uri consistent']],
    [{ method: 'hash', key: 'path' }, ['hash $request_path consistent']],
    [{ method: 'hash', key: 'cookie:user' }, ['hash $cookie_user consistent']],
    [{ method: 'hash', key: 'header:X-Tenant-ID' }, ['hash $http_x_tenant_id consistent']],
    [{ method: 'hash', key: 'argument:model' }, ['hash $arg_model consistent']],
    [{ method: 'sticky' }, ['least_conn ', 'sticky cookie route path=/ httponly secure samesite=lax']],
    [{ method: 'sticky', cookie: 'pod' }, ['least_conn ', 'sticky cookie pod path=/ httponly secure samesite=lax']],
  ])('of %j is %j', (balance, lines) => {
    const found = upstream(balance).filter(({ name }) => METHODS.includes(name));
    expect(found.map(({ name, args }) => `${name} ${args.join(' ')}`)).toEqual(lines);
  });

  test('least_time is there for an image that has it', () => {
    const image = 'docker.io/nginxinc/nginx-unprivileged:1.31.4';
    const body = block(http(render({ nginx: { image, balance: { method: 'least_time' } } })), 'upstream', 'gunicorn');
    expect(values(body, 'least_time')).toEqual(['header']);
  });

  test('stands before the servers and the connections that are kept, as nginx wants it', () => {
    const names = upstream({ method: 'sticky' }).map(({ name }) => name);
    expect(names).toEqual(['zone', 'least_conn', 'sticky', 'server', 'keepalive', 'keepalive_timeout']);
  });
});

describe('the path of a request', () => {
  test('is a variable where a setting names it, and is what the client wrote', () => {
    expect(block(http(rendered({ method: 'hash', key: 'path' })), 'map', '$request_uri $request_path')).toMatchObject([
      { name: '~^([^?]*)', args: ['$1'] },
    ]);
  });

  test('is none elsewhere', () => {
    expect(JSON.stringify(http(rendered({ method: 'hash', key: 'uri' })))).not.toContain('request_path');
  });
});

describe('the servers', () => {
  const outside = { servers: [{ address: '203.0.113.50', port: 9000, weight: 3 }] };

  test('are the pods alone, with nothing said', () => {
    expect(values(upstream(), 'server')).toEqual([`${PODS}:8000 resolve max_fails=10 fail_timeout=10s`]);
  });

  test('have weights, and failures are judged alike', () => {
    expect(values(upstream({ ...outside, weight: 2, maxFails: 5, failTimeout: '1m' }), 'server')).toEqual([
      `${PODS}:8000 resolve weight=2 max_fails=5 fail_timeout=60s`,
      '203.0.113.50:9000 weight=3 max_fails=5 fail_timeout=60s',
    ]);
  });

  test('one may be for when no pod answers', () => {
    const servers = [{ address: '203.0.113.50', port: 9000, backup: true }];
    expect(values(upstream({ servers }), 'server')[1]).toBe('203.0.113.50:9000 max_fails=10 fail_timeout=10s backup');
  });

  test('a hash knows each pod by a name of its own, and no weight is left to DNS', () => {
    expect(values(upstream({ ...outside, method: 'hash', key: 'host' }), 'server')).toEqual([
      `${PODS} service=http resolve weight=2 max_fails=10 fail_timeout=10s`,
      '203.0.113.50:9000 weight=6 max_fails=10 fail_timeout=10s',
    ]);
  });

  test('outside of the stack are open to Nginx, at their ports, and to nobody else', () => {
    const open = (component: string, address: string, port: number, balance: object = outside) =>
      allows(rendered(balance), 'Egress', podLabels(rendered(balance))[component] ?? {}, { address }, port);
    expect(open('nginx', '203.0.113.50', 9000)).toBe(true);
    expect(open('nginx', '203.0.113.50', 9001)).toBe(false);
    expect(open('nginx', '203.0.113.51', 9000)).toBe(false);
    expect(open('gunicorn', '203.0.113.50', 9000)).toBe(false);
    expect(open('nginx', '203.0.113.50', 9000, {})).toBe(false);
  });
});

test('idle connections are as many as the file says, and none with 0', () => {
  expect(values(upstream(), 'keepalive')).toEqual(['32']);
  expect(values(upstream(), 'keepalive_timeout')).toEqual(['60s']);
  expect(values(upstream({ keepalive: 7 }), 'keepalive')).toEqual(['7']);
  expect(values(upstream({ keepalive: 0 }), 'keepalive')).toEqual(['0']);
  expect(values(upstream({ keepalive: 0 }), 'keepalive_timeout')).toEqual([]);
});
