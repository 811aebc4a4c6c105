import { stringify } from 'yaml';
import { merge } from '../../../constructs/finish';
import { config, problems, SMALLEST } from '../../support/stack';

const text = (tls: object) => stringify(merge(SMALLEST, { postgres: { tls } }));

test('connections are encrypted where a file does not say that they are not', () => {
  expect(config().postgres.tls.enabled).toBe(true);
  expect(config({ postgres: { tls: { enabled: false } } }).postgres.tls.enabled).toBe(false);
});

test('the certificate is for every name that the server has in the cluster', () => {
  const hosts = (changes: object) => config(changes).postgres.tls.hosts;
  expect(hosts({})).toEqual([
    'shop-postgres',
    'shop-postgres.shop-test',
    'shop-postgres.shop-test.svc',
    'shop-postgres.shop-test.svc.cluster.local',
  ]);
  expect(hosts({ namespace: 'team', cluster: { domain: 'example.net' } })).toContain('shop-postgres.team.svc.example.net');
});

test('an issuer needs TLS', () => {
  const issuer = { name: 'internal' };
  for (const tls of [{ issuer }, { enabled: true, issuer }]) expect(problems(text(tls))).toEqual([]);
  expect(problems(text({ enabled: false, issuer }))).toEqual([
    expect.stringMatching(/ postgres\.tls\.issuer: has nothing to do beside enabled: false/),
  ]);
});

test.each(['PGSSLMODE', 'PGSSLROOTCERT'])('%s is not for a file to set', (name) => {
  expect(problems(stringify(merge(SMALLEST, { django: { env: { [name]: 'disable' } } })))).toEqual([
    expect.stringContaining(`django.env.${name}: is set by the stack itself`),
  ]);
});
