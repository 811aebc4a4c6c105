import { render } from '../../support/stack';
import { http, values, type Directive } from '../nginx-tree';

const conf = (realIp?: object) => http(render({ nginx: { realIp } }));
const NAMES = ['set_real_ip_from', 'real_ip_header', 'real_ip_recursive'];
const lines = (realIp?: object) =>
  conf(realIp)
    .filter(({ name }) => NAMES.includes(name))
    .map(({ name, args }) => [name, ...args].join(' '));
const listens = (body: readonly Directive[]) =>
  body.filter(({ name }) => name === 'server').flatMap(({ body: inner = [] }) => values(inner, 'listen'));

test('nobody is believed, with nothing said', () => {
  expect(lines()).toEqual([]);
});

test('only the load balancer is believed, and of its list what other load balancers have not written', () => {
  expect(lines({ from: ['10.0.0.0/8', '2001:db8::/32'] })).toEqual([
    'set_real_ip_from 10.0.0.0/8',
    'set_real_ip_from 2001:db8::/32',
    'real_ip_header X-Forwarded-For',
    'real_ip_recursive on',
  ]);
});

test.each(['X-Real-IP', 'CF-Connecting-IP', 'True-Client-IP'])('%s holds one address', (header) => {
  expect(lines({ from: ['10.0.0.0/8'], header })).toEqual(['set_real_ip_from 10.0.0.0/8', `real_ip_header ${header}`]);
});

test('what is sent before the request is read on every port for visitors, and not on that for health', () => {
  const realIp = { from: ['10.0.0.0/8'], header: 'proxy_protocol' };
  expect(lines(realIp)).toEqual(['set_real_ip_from 10.0.0.0/8', 'real_ip_header proxy_protocol']);
  const redirects = [{ from: ['www.example.com'], to: 'shop.example.com' }];
  const all = listens(http(render({ nginx: { realIp, redirects } })));
  expect(all.filter((listen) => !listen.startsWith('8081')).every((listen) => listen.endsWith(' proxy_protocol'))).toBe(true);
  expect(all).toContain('8081');
});

test('with a header nothing is sent before the request', () => {
  expect(listens(conf({ from: ['10.0.0.0/8'] })).join()).not.toContain('proxy_protocol');
});

test.each([
  ['visitors', undefined, '75s'],
  ['what speaks the PROXY protocol, through which visitors connect', { from: ['10.0.0.0/8'], header: 'proxy_protocol' }, '75s'],
  ['proxies', { from: ['10.0.0.0/8'] }, '3660s'],
  ['proxies with a header of their own', { from: ['10.0.0.0/8'], header: 'CF-Connecting-IP' }, '3660s'],
])('idle connections of %s stay longer than they use them', (_who, realIp, idle) => {
  expect(values(conf(realIp), 'keepalive_timeout')).toEqual([idle]);
});
