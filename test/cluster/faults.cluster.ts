/** What breaks, and what visitors see of it. */
import { until } from './support/kubectl';
import { Release } from './support/release';
import { answering, crowd, serving, visit } from './support/visitor';

const release = Release.shared();
const two = { gunicorn: { replicas: 2 }, nginx: { replicas: 2 } };
const restarts = (component: string) =>
  release.pods(component).flatMap(({ status }) => status.containerStatuses?.map(({ restartCount }) => restartCount));

beforeAll(() => serving(release));
afterEach(() => serving(release));

test('a pod whose Secret is missing says which, and starts when it appears', async () => {
  const names = () => release.pods('gunicorn').map(({ metadata }) => metadata.name);
  const before = names();
  release.kubectl('delete', 'secret', `${release.release}-django`);
  release.kubectl('rollout', 'restart', `deployment/${release.release}-gunicorn`);
  const other = await until('another pod', () => names().find((name) => !before.includes(name)));
  await until('an event that names the Secret', () =>
    release.events(other).some((message) => message.includes(`secret "${release.release}-django" not found`)),
  );
  expect(visit(release, '/').status).toBe(200);
  await release.applySecrets();
  release.rolledOut(`deployment/${release.release}-gunicorn`);
});

test('killed pods of the front and of Gunicorn are replaced, and the site answers again', async () => {
  for (const component of ['nginx', 'gunicorn']) {
    release.kubectl('delete', 'pod', '--selector', `app.kubernetes.io/component=${component}`, '--grace-period=0', '--force');
    release.rolledOut(`deployment/${release.release}-${component}`);
    await until('the site', () => visit(release, '/').status === 200);
  }
});

test('a drain takes one pod at a time, and no request fails', async () => {
  await release.installed('dev', two);
  await until('two pods of each', () => release.ready('gunicorn').length === 2 && release.ready('nginx').length === 2);
  await answering(release);
  const budget = () => release.list('poddisruptionbudgets').find(({ metadata }) => metadata.name === `${release.release}-gunicorn`)?.status;
  await until('the budget to allow one', () => budget()?.disruptionsAllowed === 1);
  const evict = () => {
    const [pod] = release.ready('gunicorn');
    release.evict(pod?.metadata.name ?? '');
  };
  const crowding = crowd(release, '/', 40, 2);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  evict();
  expect(evict).toThrow(/disruption budget/);
  const counts = await crowding;
  expect(Object.keys(counts)).toEqual(['200']);
});

test('all threads busy for a minute restart no pod, and take none from the front', async () => {
  await release.installed('slow');
  await until('the slow page', () => visit(release, '/slow/0/').status === 200);
  const threads = 8;
  const busy = crowd(release, '/slow/20/', 60, threads * 2);
  await new Promise((resolve) => setTimeout(resolve, 30_000));
  expect(release.ready('gunicorn')).toHaveLength(1);
  const counts = await busy;
  expect(Object.keys(counts).filter((answer) => answer.startsWith('502'))).toEqual([]);
  expect(restarts('gunicorn')).toEqual([0]);
  expect(release.ready('gunicorn')).toHaveLength(1);
});
