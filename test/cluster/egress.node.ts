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
  ['169.254.20.10', 53],
  ['169.254.20.10', 80],
] as const;
/** A cache of DNS on the node. */
const DNS = '169.254.20.10:53';
const opened = () => {
  const addresses = JSON.stringify(ADDRESSES);
  const found = release.kubectl('exec', `deployment/${release.release}-gunicorn`, '--', 'python3', '-c', CONNECT, addresses);
  return ADDRESSES.filter((_, index) => (JSON.parse(found) as boolean[])[index]).map((address) => address.join(':'));
};
afterAll(() => release.apply());

test.each([
  ['internet', ['203.0.113.10:443', '203.0.113.10:5432', DNS]],
  [[{ cidr: '10.99.0.0/16', ports: [5432] }], ['10.99.0.10:5432', DNS]],
  ['none', [DNS]],
])('the application, with egress %j, opens just these: %j', async (egress, open) => {
  release.apply('dev', { django: { egress } });
  await until('the network policy to be in force', () => {
    expect(opened()).toEqual(open);
    return true;
  });
});
