import { render } from '../../support/stack';
import { http, values, type Directive } from '../nginx-tree';

const REDIRECTS = [
  { from: ['www.example.com', '.example.net'], to: 'shop.example.com' },
  { from: ['old.example.org'], to: 'www.example.org' },
];
const conf = (nginx: object = {}) =>
  http(render({ django: { hosts: ['shop.example.com', '.example.org'] }, nginx: { redirects: REDIRECTS, ...nginx } }));

/** The one server of a name on a port. */
function server(body: readonly Directive[], name: string, port: string): readonly Directive[] {
  const found = body.flatMap((one) => {
    const inner = one.name === 'server' ? (one.body ?? []) : [];
    const names = values(inner, 'server_name').join(' ').split(' ');
    return names.includes(name) && values(inner, 'listen').some((listen) => listen.split(' ')[0] === port) ? [inner] : [];
  });
  if (found.length !== 1) throw new Error(`${found.length} servers are ${name} on ${port}`);
  return found[0] ?? [];
}

test('without old names there is no server for them', () => {
  expect(http(render()).filter(({ name }) => name === 'server')).toHaveLength(4);
});

test.each([
  ['www.example.com', 'shop.example.com'],
  ['.example.net', 'shop.example.com'],
  ['old.example.org', 'www.example.org'],
])('%s leads to %s on both ports, at once, with path, query and method', (from, to) => {
  for (const port of ['8080', '8443']) {
    const found = server(conf(), from, port);
    expect(values(found, 'return')).toEqual([`308 https://${to}$request_uri`]);
    expect(found.filter(({ name }) => name === 'location')).toEqual([]);
  }
});

test('they speak TLS as the site does', () => {
  const nginx = { tls: { profile: 'modern', hsts: {}, http2: false } };
  const [old, site] = ['www.example.com', 'shop.example.com'].map((name) => server(conf(nginx), name, '8443'));
  for (const name of ['ssl_certificate', 'ssl_certificate_key', 'ssl_certificate_cache', 'ssl_protocols', 'add_header', 'http2', 'listen'])
    expect(values(old ?? [], name)).toEqual(values(site ?? [], name));
});

test('the port of HTTPS is named where that is not the usual one', () => {
  const found = server(conf({ service: { https: 8443 } }), 'www.example.com', '8080');
  expect(values(found, 'return')).toEqual(['308 https://shop.example.com:8443$request_uri']);
});

test('the lists of browsers see every name lead to itself first', () => {
  const body = conf({ tls: { hsts: { includeSubDomains: true, preload: true } } });
  expect(values(server(body, 'www.example.com', '8080'), 'return')).toEqual(['308 https://$host$request_uri']);
  expect(values(server(body, 'www.example.com', '8443'), 'return')).toEqual(['308 https://shop.example.com$request_uri']);
});

test('they lead on without a password or a certificate of the client', () => {
  const nginx = { service: { type: 'LoadBalancer' }, tls: { clientCa: 'ca' }, access: { basicAuth: {}, clientCertificate: true } };
  const found = server(conf(nginx), 'www.example.com', '8443').map(({ name }) => name);
  expect(found).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(?:auth_basic|if|ssl_verify_client)/)]));
});
