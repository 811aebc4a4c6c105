/** nginx.conf in a ConfigMap that plain `kubectl apply` takes. */
import { SettingError } from '../../../config/problems';
import { render } from '../../support/stack';

/** What `kubectl apply` can keep of an object in its annotation. */
const LARGEST_OBJECT = 262_144;

const ranges = (count: number) => Array.from({ length: count }, (_, index) => `2001:db8:${(4096 + index).toString(16)}::/48`);
const rendered = (nginx: object) => render({ nginx: { service: { type: 'LoadBalancer' }, ...nginx } });

function refused(nginx: object): SettingError | undefined {
  try {
    rendered(nginx);
    return undefined;
  } catch (error) {
    if (error instanceof SettingError) return error;
    throw error;
  }
}

/** So that the list of the site is written for each, and for the rest of it. */
const locations = (count: number) => Array.from({ length: count }, (_, index) => ({ path: `/${index}/` }));

test('a long list of addresses that fits is in an object that fits', () => {
  const map = rendered({ access: { deny: ranges(3500) }, locations: locations(1) }).find('ConfigMap', 'shop-nginx');
  const bytes = Buffer.byteLength(JSON.stringify(map));
  expect(bytes).toBeGreaterThan(225_000);
  expect(bytes).toBeLessThan(LARGEST_OBJECT);
});

test('one that is written for too many locations is refused, with the sizes and what helps', () => {
  const error = refused({ access: { deny: ranges(3000) }, locations: locations(2) });
  expect(error?.path).toEqual(['nginx', 'access']);
  expect(error?.message).toMatch(
    /^weighs most in nginx\.conf: that comes to \d+, above the 240k that a ConfigMap takes; what holds .* name fewer or wider ranges/,
  );
});

test.each([
  [
    ['nginx', 'locations', 1, 'access'],
    { access: { deny: ranges(10) }, locations: [{ path: '/a/' }, { path: '/b/', access: { deny: ranges(9000) } }] },
  ],
  [['nginx', 'realIp'], { realIp: { from: ranges(9000) } }],
  [['nginx', 'locations'], { locations: locations(1000) }],
])('%j is named where it weighs most', (path, nginx) => {
  expect(refused(nginx)?.path).toEqual(path);
});

test('what weighs about as much is named beside it', () => {
  const nginx = { access: { deny: ranges(4000) }, locations: [{ path: '/a/', access: { deny: ranges(5000) } }] };
  expect(refused(nginx)?.message).toMatch(/^weighs most in nginx\.conf, and then nginx\.locations\[0\]\.access: /);
});
