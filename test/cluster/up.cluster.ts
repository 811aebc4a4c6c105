/** `npm run up`: from nothing to a site that answers, again with nothing to do, and with an image that is nowhere. */
import { Begun } from './support/begun';
import { until } from './support/kubectl';
import { Release } from './support/release';
import { answering, arrive, visit } from './support/visitor';

const release = new Release('dev', { release: 'rise', django: { hosts: ['rise.localhost'] } });
const pods = () =>
  ['postgres', 'gunicorn', 'nginx'].flatMap((component) =>
    release
      .pods(component)
      .map(({ metadata, status }) => [metadata.uid, status.containerStatuses?.map(({ restartCount }) => restartCount)]),
  );

beforeAll(arrive);
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

test('the first start makes the Secrets, shows how far each component is, and ends in a site that answers', async () => {
  const said = await release.up();
  expect(said).toMatch(/Applying guestbook.0001_initial[^]*^gunicorn {2}1 of 1 ready$[^]*^release 1 serves$/m);
  expect(said).toContain('https://rise.localhost:8443/ while this runs:');
  await answering(release);
});

test('a second one changes no pod, and shows what all of them say until it is interrupted', async () => {
  const before = pods();
  const command = new Begun(release, 'up', 'dev');
  await until(
    'logs of the front',
    () => visit(release, '/').status === 200 && /^rise-nginx-\S+ +\| .*"GET|^rise-nginx-\S+ +\| \{/m.test(command.said),
  );
  await command.interrupt();
  expect(command.said).toMatch(/^release 2 serves$[^]*^rise-dev runs on; npm run logs dev -- --follow shows this again$/m);
  expect(command.said).not.toContain('\x1b');
  expect(pods()).toEqual(before);
});

test('a start that cannot go on says which pod it is, why, and what mends it, and the pods of before serve', async () => {
  const before = pods();
  const said = await release.up('nowhere').then(String, (error: unknown) => (error as Error).message);
  expect(said).toMatch(
    /^release 3 has failed: (?:migrate|gunicorn) does not start\n {2}Pod rise-\S+: the image \S+:nowhere cannot be pulled: .*\n {2}mend: /,
  );
  expect(pods()).toEqual(expect.arrayContaining(before));
  expect(visit(release, '/').status).toBe(200);
});
