import { withDefaults } from '../../checks/definitions';
import { schemaProblems } from '../../checks/schema';
import type { Manifest } from '../../constructs/manifests';

const route = (spec: object): Manifest => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'TLSRoute',
  metadata: { name: 'shop' },
  spec: { hostnames: ['a.example.com'], rules: [{ backendRefs: [{ name: 'shop', port: 443 }] }], ...spec },
});

test("objects of other people's kinds are judged by their definitions", () => {
  expect(schemaProblems(route({}))).toEqual([]);
});

test.each([
  ['is missing', { rules: undefined }, "spec: must have required property 'rules'"],
  ['is of another type', { hostnames: 'a.example.com' }, 'spec.hostnames: must be array'],
  ['is out of range', { rules: [{ backendRefs: [{ name: 'shop', port: 70000 }] }] }, 'spec.rules.0.backendRefs.0.port: must be <= 65535'],
  ['has another form', { hostnames: ['A'] }, 'spec.hostnames.0: must match pattern'],
  ['is not known, which the API would drop without a word', { hostname: 'a' }, 'spec: must NOT have additional properties (hostname)'],
])('a field that %s is said with its place', (_what, spec, sentence) => {
  const object = JSON.parse(JSON.stringify(route(spec))) as Manifest;
  expect(schemaProblems(object)).toEqual([expect.stringContaining(`TLSRoute shop: ${sentence}`)]);
});

test('a kind without a definition is said to have none', () => {
  expect(schemaProblems({ ...route({}), kind: 'UDPRoute' })).toEqual(['UDPRoute shop: gateway.networking.k8s.io/v1 has no schema here']);
});

test('what the API would fill in can be seen, and the object stays as it was', () => {
  const object = route({});
  const filled = [{ group: '', kind: 'Service', name: 'shop', port: 443, weight: 1 }];
  expect(withDefaults(object).spec).toMatchObject({ rules: [{ backendRefs: filled }] });
  expect(object).toEqual(route({}));
});
