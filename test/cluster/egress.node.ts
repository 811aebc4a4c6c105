/** What the application reaches outside of the cluster. Needs the suite's own node, which has a host outside of it. */
import { CONNECT } from './support/connect';
import { until } from './support/kubectl';
import { Release } from './support/release';
import { serving } from './support/visitor';

const release = Release.shared();
beforeAll(() => serving(release));

const ADDRESSES = [
  ['203.0.113.10', 443],
  ['203.0.113.10', 5432],
  ['10.99.0.10', 443],
  ['10.99.0.10', 5432],
] as const;
const opened = () => {
  const addresses = JSON.stringify(ADDRESSES);
  const found = release.kubectl('exec', `deployment/${release.release}-gunicorn`, '--', 'python3', '-c', CONNECT, addresses);
  return ADDRESSES.filter((_, index) => (JSON.parse(found) as boolean[])[index]).map((address) => address.join(':'));
};
afterAll(() => release.apply());

test.each([
  ['internet', ['203.0.113.10:443', '203.0.113.10:5432']],
  [[{ cidr: '10.99.0.0/16', ports: [5432] }], ['10.99.0.10:5432']],
  ['none', []],
])('the application, with egress %j, opens just these: %j', async (egress, open) => {
  release.apply('dev', { django: { egress } });
  await until('the network policy to be in force', () => {
    expect(opened()).toEqual(open);
    return true;
  });
});
