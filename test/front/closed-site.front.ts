/** A whole site that is closed: pages, static and uploaded files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from '../support/static-files';
import { Front } from './support/front';
import { as, madePassword } from './support/password';

let front: Front;
let password: string;

const OFFICE = '203.0.113.7';
const HOME = '198.51.100.7';

const files = ['/static/site.css', '/media/report.pdf'];

beforeAll(async () => {
  const access = { allow: ['203.0.113.0/24'], basicAuth: {} };
  const nginx = { service: { type: 'LoadBalancer' }, access, locations: [{ path: '/open/', access: false }] };
  const changes = { django: { media: { storage: '1Gi', path: '/media' } }, nginx };
  const made = await madePassword();
  password = made.password;
  front = await Front.start(changes, { static: folder({ 'site.css': 'body {}' }), secrets: made.secrets });
  writeFileSync(join(front.volume('media'), 'report.pdf'), 'secret');
});

test.each([...files, '/', '/page'])('is closed: %s', async (path) => {
  expect(await front.status(path, { from: OFFICE })).toBe(401);
  expect(await front.status(path, { ...as(password), from: HOME })).toBe(403);
  expect(await front.status(path, { ...as(password), from: OFFICE })).toBe(200);
});

test.each(files)('does not tell which files there are: %s', async (path) => {
  expect(await front.status(`${path}.not`, { from: OFFICE })).toBe(401);
  expect(await front.status(path, { from: OFFICE, method: 'HEAD' })).toBe(401);
  expect(await front.status(path, { from: OFFICE, headers: { Range: 'bytes=0-1' } })).toBe(401);
});

test('is open where a location says so', async () => {
  expect(await front.status('/open/', { from: HOME })).toBe(200);
});

test('asks nobody on the port for health', async () => {
  expect(await front.status('/healthz', { http: true, port: front.site.ports.health, from: HOME })).toBe(200);
});
