import { schemaProblems } from '../../../checks/schema';
import { secretContracts } from '../../../constructs/secrets';
import { config, render } from '../../support/stack';

const ISSUER = { name: 'letsencrypt' };
const found = (changes: object) => render(changes).find('Certificate', 'shop-nginx');
const spec = (nginx: object, hosts = ['shop.example.com']) => found({ django: { hosts }, nginx }).spec as Readonly<Record<string, unknown>>;

test('without an issuer none is asked for', () => {
  expect(render().names('Certificate')).toEqual([]);
});

test('it is asked for of the issuer, into the Secret that Nginx mounts', () => {
  expect(found({ nginx: { tls: { issuer: ISSUER } } })).toMatchObject({
    apiVersion: 'cert-manager.io/v1',
    metadata: { namespace: 'shop-test' },
  });
  expect(spec({ tls: { issuer: ISSUER } })).toMatchObject({
    secretName: secretContracts(config()).tls.name,
    issuerRef: { name: 'letsencrypt', kind: 'ClusterIssuer', group: 'cert-manager.io' },
  });
  const issuer = { name: 'own', kind: 'Issuer', group: 'pki.example.com' };
  expect(spec({ tls: { issuer } })).toMatchObject({ issuerRef: issuer });
});

test('it is for every host and every old name, but those with a certificate of their own', () => {
  const nginx = {
    tls: { issuer: ISSUER, certificates: [{ hosts: ['.example.org'], secretName: 'org' }] },
    redirects: [{ from: ['www.shop.example.com'], to: 'shop.example.com' }],
  };
  expect(spec(nginx, ['shop.example.com', '.example.org', '.example.net'])).toMatchObject({
    dnsNames: ['shop.example.com', 'example.net', '*.example.net', 'www.shop.example.com'],
  });
});

test('it is as cert-manager defines it', () => {
  const issuer = { name: 'own', kind: 'Issuer', group: 'pki.example.com' };
  for (const tls of [{ issuer: ISSUER }, { issuer }]) expect(schemaProblems(found({ nginx: { tls } }))).toEqual([]);
  expect(schemaProblems({ ...found({ nginx: { tls: { issuer } } }), spec: { secretName: 'a' } })).toHaveLength(1);
});

test('every renewal has a new key', () => {
  expect(spec({ tls: { issuer: ISSUER } })).toMatchObject({ privateKey: { algorithm: 'ECDSA', rotationPolicy: 'Always' } });
});
