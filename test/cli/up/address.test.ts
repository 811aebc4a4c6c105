import { address, isDevelopment } from '../../../cli/up/address';
import { FakeCluster } from '../../support/fake-cluster';
import { config } from '../../support/stack';

const lines = async (nginx: object, live: object = {}, hosts = ['shop.example.com'], forwards = false) => {
  const cluster = new FakeCluster();
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop-nginx' }, ...live };
  jest.spyOn(cluster, 'json').mockResolvedValue(service);
  return address(cluster, config({ nginx, django: { hosts } }), forwards);
};

test('of a Service inside the cluster it takes a command, and a name that leads to this machine', async () => {
  const forward = '  kubectl --namespace shop-test port-forward service/shop-nginx 8443:443';
  expect(await lines({}, {}, ['shop.localhost'])).toEqual(['https://shop.localhost:8443/ while this runs:', forward]);
  expect(await lines({}, {}, ['.example.com'])).toEqual([
    'https://example.com:8443/ while this runs:',
    forward,
    '  curl --resolve example.com:8443:127.0.0.1 --insecure https://example.com:8443/',
  ]);
  expect((await lines({ service: { https: 8000 } }))[1]).toMatch(/ 8443:8000$/);
  expect(await lines({}, {}, ['shop.localhost'], true)).toEqual(['https://shop.localhost:8443/ until this is interrupted']);
});

test('of a port of every node it has that port', async () => {
  const spec = {
    ports: [
      { name: 'http', nodePort: 30080 },
      { name: 'https', nodePort: 30443 },
    ],
  };
  expect(await lines({ service: { type: 'NodePort' } }, { spec })).toEqual([
    'https://shop.example.com:30443/ where shop.example.com leads to a node',
  ]);
});

test.each([
  [{ ip: '203.0.113.7' }, '203.0.113.7'],
  [{ hostname: 'lb.example.net' }, 'lb.example.net'],
])('of a load balancer it says where the name must lead: %j', async (ingress, where) => {
  const live = { spec: { ports: [] }, status: { loadBalancer: { ingress: [ingress] } } };
  expect(await lines({ service: { type: 'LoadBalancer' } }, live)).toEqual([
    `https://shop.example.com/ where shop.example.com leads to ${where}`,
  ]);
  expect((await lines({ service: { type: 'LoadBalancer', https: 8443 } }, live))[0]).toMatch(/^https:\/\/shop.example.com:8443\/ /);
});

test('of a load balancer that is not there yet it says how to look', async () => {
  expect(await lines({ service: { type: 'LoadBalancer' } }, { spec: { ports: [] }, status: { loadBalancer: {} } })).toEqual([
    'https://shop.example.com/ once its load balancer has an address:',
    '  kubectl --namespace shop-test get service shop-nginx',
  ]);
});

test('behind an Ingress or a Gateway it is theirs', async () => {
  const annotations = { 'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS' };
  expect(await lines({ ingress: { className: 'nginx', annotations }, realIp: { from: ['10.244.0.0/16'] } })).toEqual([
    'https://shop.example.com/ where shop.example.com leads to the Ingress',
  ]);
  expect(await lines({ gateway: { name: 'front' }, realIp: { from: ['10.244.0.0/16'], header: 'proxy_protocol' } })).toEqual([
    'https://shop.example.com/ where shop.example.com leads to the Gateway',
  ]);
});

test.each([
  [['shop.localhost'], true],
  [['localhost', 'a.localhost'], true],
  [['shop.localhost', 'shop.example.com'], false],
  [['notlocalhost'], false],
])('with the hosts %j it is developed against: %s', (hosts, is) => {
  expect(isDevelopment(config({ django: { hosts } }))).toBe(is);
});
