/** Every row of the option matrix, as nginx itself reads it: every two values of two settings meet in one of them. */
import { ROWS } from '../support/matrix';
import { authority } from './support/certificates';
import { nginxTest } from './support/nginx-test';
import type { Secrets } from './support/volumes';

/** Secrets of somebody else that rows name; certificates and passwords are read when a client comes. */
async function secrets(): Promise<Secrets> {
  const certificate = { 'tls.crt': '', 'tls.key': '' };
  const passwords = { htpasswd: '' };
  const { cert } = await authority('Clients');
  return {
    'cert.example.com': certificate,
    further: certificate,
    staff: passwords,
    admins: passwords,
    'client-authorities': { 'ca.crt': cert },
  };
}

/** By name; not all have the storage of the smallest file, which they are merged into. */
const named = (rows: typeof ROWS) =>
  rows.map(({ environment, file }) => [environment.name, { ...file, postgres: { storage: null, ...file.postgres } }] as const);

const newer = ROWS.filter(({ file }) => file.nginx?.balance?.method === 'least_time');

test.each(named(ROWS.filter((row) => !newer.includes(row))))('nginx takes %s without a warning', async (_name, file) => {
  const lines = (await nginxTest(file, { secrets: await secrets() })).trim().split('\n');
  expect(lines).toEqual([expect.stringMatching(/syntax is ok$/), expect.stringMatching(/test is successful$/)]);
});

test.each(named(newer))('in %s it lacks least_time, as the settings say, and takes the rest', async (_name, file) => {
  expect(await nginxTest(file, { secrets: await secrets() })).toMatch(/\[emerg\] \d+#\d+: unknown directive "least_time"/);
  const edit = (conf: string) => conf.replace('least_time header;', 'least_conn;');
  expect(await nginxTest(file, { secrets: await secrets(), edit })).toMatch(/test is successful\n$/);
});
