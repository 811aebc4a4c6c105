import { container, podSpec, volume } from '../support/pods';
import { render } from '../support/stack';
import { confText, parse, values } from './nginx-tree';

const service = (settings: object = {}) => render({ nginx: { service: settings } }).find('Service', 'shop-nginx').spec;
const deployment = (changes: object = {}) => render(changes).find('Deployment', 'shop-nginx');

describe('the Service of Nginx', () => {
  test('is reached inside the cluster on 80 and 443', () => {
    expect(service()).toMatchObject({
      type: 'ClusterIP',
      ports: [
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'https', port: 443, targetPort: 'https' },
      ],
    });
    for (const port of (service() as { ports: object[] }).ports) expect(port).not.toHaveProperty('nodePort');
  });

  test('is reached from outside as the file says, on the ports that it chooses', () => {
    expect(service({ type: 'LoadBalancer', http: 8000, https: 8443 })).toMatchObject({
      type: 'LoadBalancer',
      ports: [
        { name: 'http', port: 8000, targetPort: 'http' },
        { name: 'https', port: 8443, targetPort: 'https' },
      ],
    });
    expect(service({ type: 'NodePort', httpNodePort: 30080, httpsNodePort: 30443 })).toMatchObject({
      type: 'NodePort',
      ports: [
        { name: 'http', nodePort: 30080 },
        { name: 'https', nodePort: 30443 },
      ],
    });
  });

  test('fails for a port of nodes without a type that has one, and for one port twice', () => {
    expect(() => service({ httpNodePort: 30080 })).toThrow('nginx.service.httpNodePort: needs type NodePort or LoadBalancer');
    expect(() => service({ http: 443 })).toThrow('nginx.service.https: must differ from http');
  });

  test('does not open the port for health', () => {
    expect((service() as { ports: object[] }).ports).toHaveLength(2);
  });
});

describe('the pods of Nginx', () => {
  test('read the configuration of the stack', () => {
    const nginx = container(deployment(), 'nginx');
    expect(nginx.command).toEqual(['nginx', '-c', '/etc/nginx/site/nginx.conf']);
    expect(nginx.volumeMounts).toContainEqual({ name: 'conf', mountPath: '/etc/nginx/site', readOnly: true });
    expect(render().names('ConfigMap')).toContain(volume(deployment(), 'conf').configMap?.name);
  });

  test('roll when the configuration changes, and only then', () => {
    const name = (changes: object = {}) => volume(deployment(changes), 'conf').configMap?.name;
    expect(name({ nginx: { uploadLimit: '1Mi' } })).not.toBe(name());
    expect(name({ image: 'shop:2', nginx: { replicas: 3 } })).toBe(name());
  });

  test('listen on ports that need no rights', () => {
    expect(container(deployment(), 'nginx').ports).toEqual([
      { name: 'http', containerPort: 8080 },
      { name: 'https', containerPort: 8443 },
      { name: 'health', containerPort: 8081 },
    ]);
  });

  test('write to scratch space alone, as large as the disk that the file gives them', () => {
    const changes = { nginx: { resources: { limits: { 'ephemeral-storage': '2Gi' } } } };
    expect(volume(deployment(changes), 'tmp').emptyDir).toEqual({ sizeLimit: '2Gi' });
    expect(container(deployment(changes), 'nginx').volumeMounts?.filter(({ readOnly }) => readOnly !== true)).toEqual([
      { name: 'tmp', mountPath: '/tmp' },
    ]);
  });

  test('see the certificate', () => {
    expect(container(deployment(), 'nginx').volumeMounts).toContainEqual({
      name: 'secret-tls',
      mountPath: '/run/secrets/tls',
      readOnly: true,
    });
  });

  test.each([
    [{}, '65s'],
    [{ gunicorn: { timeout: '3m' } }, '185s'],
    [{ nginx: { timeouts: { response: '10m' } } }, '600s'],
  ])('stop late enough for what still runs, which may take as long as an answer: %j', (changes, longest) => {
    const [shutdown = ''] = values(parse(confText(render(changes))), 'worker_shutdown_timeout');
    expect(shutdown).toBe(longest);
    const [sleep, drain] = container(deployment(changes), 'nginx').lifecycle?.preStop?.exec?.command ?? [];
    expect(sleep).toBe('sleep');
    expect(podSpec(deployment(changes)).terminationGracePeriodSeconds).toBeGreaterThan(Number(drain) + Number.parseInt(shutdown));
  });

  test.each([
    ['ClusterIP', {}, '15'],
    ['NodePort', {}, '15'],
    ['LoadBalancer', {}, '60'],
    ['LoadBalancer', { drain: '3m' }, '180'],
  ])('serve on until what is in front knows that they stop: %s, %j', (type, more, seconds) => {
    const stopping = deployment({ nginx: { service: { type }, ...more } });
    expect(container(stopping, 'nginx').lifecycle?.preStop?.exec?.command).toEqual(['sleep', seconds]);
    expect(podSpec(stopping).terminationGracePeriodSeconds).toBeGreaterThan(Number(seconds) + 65);
  });
});
