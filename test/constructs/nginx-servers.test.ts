import { container } from '../support/pods';
import { render } from '../support/stack';
import { block, http, server, values } from './nginx-tree';

const conf = (changes: object = {}) => http(render(changes));
const HOSTS = { django: { hosts: ['shop.example.com', '.example.org'] } };

describe('HTTPS', () => {
  test('the site answers to its hosts alone', () => {
    expect(values(server(conf(HOSTS), '8443 ssl'), 'server_name')).toEqual(['shop.example.com .example.org']);
  });

  test('a renewed certificate is taken without a restart', () => {
    const body = conf();
    const [certificate = ''] = values(block(body, 'map', '$ssl_server_name', '$certificate'), 'default');
    const site = server(body, '8443 ssl');
    expect(values(site, 'ssl_certificate').map((path) => path.replace('$certificate', certificate))).toEqual(['/run/secrets/tls/tls.crt']);
    expect(values(site, 'ssl_certificate_key').map((path) => path.replace('$certificate', certificate))).toEqual([
      '/run/secrets/tls/tls.key',
    ]);
    expect(values(site, 'ssl_certificate_cache')).toEqual([expect.stringContaining('valid=1m')]);
  });

  test('only TLS of today is spoken', () => {
    expect(values(server(conf(), '8443 ssl'), 'ssl_protocols')).toEqual(['TLSv1.2 TLSv1.3']);
    expect(values(server(conf(), '8443 ssl'), 'http2')).toEqual(['on']);
  });

  test('who asks for another name is refused, by HTTP and by HTTPS', () => {
    const stranger = server(conf(), '8443 ssl default_server');
    expect(values(stranger, 'listen')).toEqual(['8080 default_server', '8443 ssl default_server']);
    expect(values(stranger, 'ssl_reject_handshake')).toEqual(['on']);
    expect(values(stranger, 'return')).toEqual(['421']);
    expect(stranger.filter(({ name }) => ['location', 'server_name', 'ssl_certificate'].includes(name))).toEqual([]);
  });
});

describe('HTTP', () => {
  test('only leads to HTTPS, and keeps the method and the page', () => {
    const plain = server(conf(HOSTS), '8080');
    expect(values(plain, 'server_name')).toEqual(['shop.example.com .example.org']);
    expect(values(plain, 'return')).toEqual(['308 https://$host$request_uri']);
    expect(plain.filter(({ name }) => name === 'location')).toEqual([]);
  });

  test('names the port of HTTPS where that is not the usual one', () => {
    expect(values(server(conf({ nginx: { service: { https: 8443 } } }), '8080'), 'return')).toEqual(['308 https://$host:8443$request_uri']);
  });
});

describe('health', () => {
  test('is answered on a port of its own, to whatever host, and not logged', () => {
    const health = server(conf(), '8081');
    expect(values(block(health, 'location', '=', '/healthz'), 'return')).toEqual(['200']);
    expect(values(block(health, 'location', '/'), 'return')).toEqual(['404']);
    expect(values(health, 'access_log')).toEqual(['off']);
    expect(values(health, 'server_name')).toEqual([]);
  });

  test('the server listens on the ports that the pod names', () => {
    const listens = conf()
      .filter(({ name }) => name === 'server')
      .flatMap(({ body = [] }) => values(body, 'listen').map((value) => Number(value.split(' ')[0])));
    const { ports = [] } = container(render().find('Deployment', 'shop-nginx'), 'nginx');
    expect(new Set(listens)).toEqual(new Set(ports.map(({ containerPort }) => containerPort)));
  });
});
