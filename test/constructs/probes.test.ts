import { probes } from '../../constructs/gunicorn/probes';
import { container, type Probe } from '../support/pods';
import { render } from '../support/stack';

const PAGE = { django: { healthPath: '/healthz' } };
const gunicorn = (changes: object = {}) => container(render(changes).find('Deployment', 'shop-gunicorn'), 'gunicorn');
const patience = (probe?: Probe) => (probe?.failureThreshold ?? 3) * (probe?.periodSeconds ?? 10);

describe('probes of Gunicorn', () => {
  test('ask the page that the project names, by a host that Django allows', () => {
    for (const probe of [gunicorn(PAGE).startupProbe, gunicorn(PAGE).readinessProbe]) {
      expect(probe).toMatchObject({ httpGet: { path: '/healthz', port: 'http' } });
      expect(probe?.httpGet?.httpHeaders).toContainEqual({ name: 'Host', value: 'shop.example.com' });
    }
  });

  test('say that they came by HTTPS, so that Django does not redirect them to it', () => {
    for (const probe of [gunicorn(PAGE).startupProbe, gunicorn(PAGE).readinessProbe])
      expect(probe?.httpGet?.httpHeaders).toContainEqual({ name: 'X-Forwarded-Proto', value: 'https' });
  });

  test.each([
    [['shop.example.com', 'example.org'], 'shop.example.com'],
    [['.example.com'], 'example.com'],
    [['.example.com', 'shop.example.org'], 'example.com'],
  ])('of the hosts %j they name %s', (hosts, value) => {
    const { readinessProbe, startupProbe } = gunicorn({ django: { healthPath: '/', hosts } });
    for (const probe of [readinessProbe, startupProbe])
      expect(probe?.httpGet?.httpHeaders?.filter(({ name }) => name === 'Host')).toEqual([{ name: 'Host', value }]);
  });

  test('only open a connection in a project that names no page', () => {
    for (const probe of [gunicorn().startupProbe, gunicorn().readinessProbe]) {
      expect(probe).toMatchObject({ tcpSocket: { port: 'http' } });
      expect(probe).not.toHaveProperty('httpGet');
    }
  });

  test('liveness never asks Django: Gunicorn itself replaces a worker that hangs', () => {
    for (const changes of [{}, PAGE]) {
      const { livenessProbe } = gunicorn(changes);
      expect(livenessProbe).toMatchObject({ tcpSocket: { port: 'http' } });
      expect(livenessProbe).not.toHaveProperty('httpGet');
      expect(livenessProbe).not.toHaveProperty('exec');
    }
  });

  test('a pod stays in the front through a minute in which all threads are busy', () => {
    for (const changes of [{}, PAGE]) expect(patience(gunicorn(changes).readinessProbe)).toBeGreaterThanOrEqual(60);
  });

  test('a pod has ten minutes to load its model, and is asked often meanwhile', () => {
    for (const changes of [{}, PAGE]) {
      expect(patience(gunicorn(changes).startupProbe)).toBeGreaterThanOrEqual(600);
      expect(gunicorn(changes).startupProbe?.periodSeconds).toBeLessThanOrEqual(5);
    }
  });

  test('no probe asks again before it gave up on the last answer', () => {
    const { startupProbe, readinessProbe, livenessProbe } = gunicorn(PAGE);
    for (const probe of [startupProbe, readinessProbe, livenessProbe])
      expect(probe?.timeoutSeconds).toBeLessThanOrEqual(probe?.periodSeconds ?? 0);
  });

  test('the init container has none, which Kubernetes would refuse', () => {
    const gate = container(render(PAGE).find('Deployment', 'shop-gunicorn'), 'migrated');
    for (const name of ['startupProbe', 'readinessProbe', 'livenessProbe', 'lifecycle']) expect(gate).not.toHaveProperty(name);
  });

  test('follow from hosts and page alone', () => {
    expect(probes({ hosts: ['a.example.com'], healthPath: '/up' })).toEqual(
      probes({ hosts: ['a.example.com', 'b.example.com'], healthPath: '/up' }),
    );
  });
});

describe('probes of Nginx', () => {
  const nginx = () => container(render().find('Deployment', 'shop-nginx'), 'nginx');

  test('ask the port for health, which does not depend on Gunicorn or on a host', () => {
    expect(nginx().startupProbe).toMatchObject({ httpGet: { path: '/healthz', port: 'health' } });
    expect(nginx().readinessProbe).toMatchObject({ httpGet: { path: '/healthz', port: 'health' } });
  });

  test('liveness only asks whether somebody listens', () => {
    expect(nginx().livenessProbe).toMatchObject({ tcpSocket: { port: 'https' } });
    expect(patience(nginx().livenessProbe)).toBeGreaterThanOrEqual(60);
  });
});

describe('probes of Postgres', () => {
  const postgres = () =>
    container(render({ postgres: { database: 'orders', user: 'clerk' } }).find('StatefulSet', 'shop-postgres'), 'postgres');

  test('ask over TCP: the server that prepares a new database listens on its socket only', () => {
    const command = ['pg_isready', '-q', '-h', '127.0.0.1', '-p', '5432', '-U', 'clerk', '-d', 'orders'];
    expect(postgres().startupProbe?.exec?.command).toEqual(command);
    expect(postgres().readinessProbe?.exec?.command).toEqual(command);
  });

  test('liveness does not kill a server that is out of connections', () => {
    expect(postgres().livenessProbe).toMatchObject({ tcpSocket: { port: 'postgresql' } });
    expect(postgres().livenessProbe).not.toHaveProperty('exec');
  });

  test('a recovery after a crash has half an hour', () => {
    expect(patience(postgres().startupProbe)).toBeGreaterThanOrEqual(1800);
  });
});
