/** A release amid a crowd, in a cluster whose DNS goes on for half a minute to answer with the addresses of before. Changes the DNS of the
 * suite's own node while it runs. */
import { environmentNamed } from '../../cli/command';
import { Kubectl } from '../../cli/kubectl';
import { warnOfDns } from '../../cli/release/dns';
import { kubectl, PATIENTLY, pause } from './support/kubectl';
import { Release, saidBy } from './support/release';
import { answering, arrive, crowdDuring, type Visitors } from './support/visitor';

const release = new Release('dev', {
  release: 'ttl',
  django: { hosts: ['ttl.localhost'] },
  cluster: { dnsTtl: '30s' },
  gunicorn: { replicas: 2, threads: 8, timeout: '25s', gracefulTimeout: '25s', resources: { requests: { cpu: '200m' } } },
});

const STAYING: Visitors = { visitors: 4, paths: ['/', '/request/'], renew: 1_000_000, rest: 0.05 };
const COMING_AND_GOING: Visitors = { visitors: 2, paths: ['/', '/request/'], renew: 1, rest: 0.05 };
/** The last page may begin when the drain is nearly over, of which it takes longer than is left; it takes less than requests get after that.
 * One begins every three seconds. */
const WAITING: Visitors = { visitors: 8, paths: ['/slow/18/'], stagger: 3, seconds: 75 };

const DNS = ['--namespace', 'kube-system'];
const corefile = () => kubectl([...DNS, 'get', 'configmap', 'coredns', '--output=jsonpath={.data.Corefile}']);
const before = corefile();

/** Has another Corefile in force. */
function resolveBy(text: string): void {
  kubectl([...DNS, 'patch', 'configmap', 'coredns', '--patch', JSON.stringify({ data: { Corefile: text } })]);
  kubectl([...DNS, 'rollout', 'restart', 'deployment/coredns']);
  kubectl([...DNS, 'rollout', 'status', 'deployment/coredns', PATIENTLY]);
}

/** What a release says beforehand of the cluster's DNS. */
async function warned(changes: object = {}): Promise<string> {
  release.edit('slow', changes);
  const environment = environmentNamed('dev', release.path('.'));
  return (await saidBy(() => warnOfDns(new Kubectl(release.namespace), environment))).join('\n');
}

beforeAll(async () => {
  // As kubeadm's was before 1.32.
  resolveBy(before.replace('ttl 5', 'ttl 30').replace('loadbalance', 'loadbalance\n    cache 30'));
  expect(corefile()).toMatch(/ttl 30[^]*cache 30/);
  arrive();
  release.kubectl('delete', 'namespace', release.namespace, '--ignore-not-found');
  await release.installed('slow');
});
afterAll(() => {
  resolveBy(before);
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

test('a release warns of it where the setting is too short, and only there', async () => {
  const short = await warned({ cluster: { dnsTtl: '5s' } });
  expect(short).toMatch(/warning: the cluster's DNS may answer for 30 s .*, and cluster.dnsTtl is 5 s: .*Set cluster: \{ dnsTtl: 30s \}/);
  expect(await warned()).toBe('');
});

test('no request fails, and pages that begin when a drain is nearly over come to their end', async () => {
  await answering(release);
  const renew = async () => {
    release.kubectl('rollout', 'restart', 'deployment/ttl-gunicorn');
    await release.settled('deployment/ttl-gunicorn');
  };
  const counts = await crowdDuring(release, pause(2).then(renew), [STAYING, COMING_AND_GOING, WAITING]);
  process.stderr.write(`under a DNS that remembers: ${JSON.stringify(counts)}\n`);
  expect(counts.map((answers) => Object.keys(answers))).toEqual([['200'], ['200'], ['200']]);
});
