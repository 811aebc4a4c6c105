import { render } from '../../support/stack';
import { block, confText, http, server, values } from '../nginx-tree';

const REAL_IP = { from: ['10.244.0.0/16'] };
const behind = (nginx: object) => http(render({ nginx: { realIp: REAL_IP, ...nginx } }));
const INGRESS = { ingress: { className: 'public' } };
const site = (nginx: object) =>
  server(
    behind(nginx).filter((one) => !values(one.body ?? [], 'listen').includes('8443 ssl default_server')),
    '8443 ssl',
  );
const strangers = (nginx: object) => server(behind(nginx), '8443 ssl default_server');
const HTTP_ROUTE = { gateway: { name: 'public', sectionName: 'https', route: 'HTTPRoute' } };

test('behind an Ingress, what its controller took without TLS leads to HTTPS', () => {
  expect(values(block(site(INGRESS), 'if', '($http_x_forwarded_proto = http)'), 'return')).toEqual(['308 https://$host$request_uri']);
});

test('behind an Ingress, a handshake without a name is taken, with the certificate of the site and the same protocols', () => {
  expect(values(strangers(INGRESS), 'ssl_reject_handshake')).toEqual([]);
  for (const name of ['ssl_certificate', 'ssl_certificate_key', 'ssl_protocols', 'ssl_ciphers'])
    expect(values(strangers(INGRESS), name)).toEqual(values(site(INGRESS), name));
  expect(values(strangers(INGRESS), 'return')).toEqual(['421']);
});

test.each([{}, HTTP_ROUTE])('elsewhere there is neither: %j', (nginx) => {
  expect(confText(render({ nginx: { realIp: REAL_IP, ...nginx } }))).not.toContain('x_forwarded_proto');
  expect(values(strangers(nginx), 'ssl_reject_handshake')).toEqual(['on']);
  expect(values(strangers(nginx), 'ssl_certificate')).toEqual([]);
});
