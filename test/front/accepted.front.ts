/** What nginx itself says of configurations, before it runs them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { container } from '../support/pods';
import { render, ROOT } from '../support/stack';
import { authority } from './support/certificates';
import { nginxTest, version } from './support/nginx-test';

const file = (path: string) => parse(readFileSync(join(ROOT, path), 'utf8')) as object;
const host = (...lengths: number[]) => lengths.map((length) => 'a'.repeat(length)).join('.');

test.each([
  ['the smallest project', {}],
  ['dev', file('environments/dev.yaml')],
  ['prod', file('environments/prod.yaml')],
  ['the example of the documentation', file('docs/front/example.yaml')],
  ['static and uploaded files', { django: { media: { storage: '1Gi', path: '/app/media' } }, nginx: { static: { directory: 'test' } } }],
  [
    'the longest host, and a hundred',
    { django: { hosts: [host(63, 63, 63, 61), ...Array.from({ length: 100 }, (_, index) => `h${index}.example.com`)] } },
  ],
  ['a name for all below it', { django: { hosts: ['.example.com'] } }],
  ['a DNS server by its address', { cluster: { dns: '10.96.0.10' } }],
  ['another domain', { cluster: { domain: 'k8s.example.com' } }],
  ['a certificate that someone else keeps', { nginx: { tls: { secretName: 'cert' } } }],
  ['small limits', { nginx: { uploadLimit: '1Ki', timeouts: { connect: '1s', header: '1s', body: '1s' } } }],
  [
    'large limits',
    {
      nginx: {
        uploadLimit: '1Ti',
        resources: { limits: { cpu: '64', memory: '8Gi', 'ephemeral-storage': '2Ti' } },
        timeouts: { response: '1h', body: '1h' },
      },
    },
  ],
])('nginx takes %s without a warning', async (_what, changes) => {
  const certificate = { 'tls.crt': '', 'tls.key': '' };
  const secrets = { cert: certificate, 'example-org': certificate, partners: { 'ca.crt': (await authority('Partners')).cert } };
  const lines = (await nginxTest(changes, { secrets })).trim().split('\n');
  expect(lines).toEqual([expect.stringMatching(/syntax is ok$/), expect.stringMatching(/test is successful$/)]);
});

test('a configuration that is wrong is found to be', async () => {
  const edit = (conf: string) => conf.replace('least_conn;', 'fewest_conn;');
  expect(await nginxTest({}, { edit })).toMatch(/\[emerg\].* unknown directive "fewest_conn"/);
});

test('nginx is as old as the one that is set up, or newer', () => {
  const { image } = container(render().find('Deployment', 'shop-nginx'), 'nginx');
  const tag = image.split(':').at(-1) ?? '';
  expect(tag).toMatch(/^\d+\.\d+\.\d+$/);
  expect(version().localeCompare(tag, 'en', { numeric: true })).toBeGreaterThanOrEqual(0);
});
