/** How long a cluster's DNS remembers, by its Corefile. */
import { remembered } from '../../../cli/release/dns';
import { release } from '../../../cli/release/release';
import { FakeCluster } from '../../support/fake-cluster';
import { place } from '../../support/place';

/** As clusters have it, with the lines of `kubernetes` and `cache` given. */
const corefile = (ttl: string, cache: string) => `
.:53 {
    errors
    # cache 99
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ${ttl}
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    ${cache}
    loop
    reload
    loadbalance
}
`;
const OFF = 'cache 30 {\n disable success cluster.local\n disable denial cluster.local\n }';
/** NodeLocal DNSCache, which asks CoreDNS. */
const NODE_LOCAL = `cluster.local:53 {
    cache {
            success 9984 30
            denial 9984 5
    }
    forward . 10.96.0.10
}
.:53 {
    cache 900
}`;

test.each([
  ['kubeadm before 1.32', [corefile('ttl 30', 'cache 30')], 30],
  ['kubeadm since', [corefile('ttl 30', OFF)], 0],
  ["CoreDNS' own ttl", [corefile('', 'cache 30')], 5],
  ['a cache that keeps less than the ttl', [corefile('ttl 60', 'cache 20')], 20],
  ['a cache without a number', [corefile('ttl 60', 'cache')], 60],
  ['a cache with a capacity', [corefile('ttl 60', 'cache {\n success 9984 40\n }')], 40],
  ['a ttl below the least that a cache keeps', [corefile('ttl 0', 'cache 30')], 5],
  ['a cache of other domains', [corefile('ttl 30', 'cache 30 example.org')], 0],
  ['a cache of this domain', [corefile('ttl 30', 'cache 30 example.org cluster.local')], 30],
  ['a cache that keeps no answers', [corefile('ttl 30', 'cache {\n disable success\n }')], 0],
  ['a cache that leaves out another domain', [corefile('ttl 30', 'cache {\n disable success example.org\n }')], 30],
  ['no cache', [corefile('ttl 30', '')], 0],
  ['a cache on the nodes before one that has none', [corefile('ttl 30', OFF), NODE_LOCAL], 30],
  ['no Corefile that knows the cluster', ['.:53 {\n forward . 192.0.2.1\n cache 30\n}'], undefined],
  ['nothing that can be seen', [], undefined],
])('%s', (_what, corefiles, seconds) => {
  expect(remembered(corefiles, 'cluster.local')).toBe(seconds);
});

test('goes by the server of the domain', () => {
  const own = `example.com:53 {\n kubernetes example.com {\n ttl 45\n }\n cache\n}\n${corefile('ttl 30', 'cache 30')}`;
  expect(remembered([own], 'example.com')).toBe(45);
  expect(remembered([own], 'cluster.local')).toBe(30);
});

describe('npm run release', () => {
  const here = place();
  const said = async (cache: string, changes: object = {}) => {
    const cluster = new FakeCluster();
    const metadata = { name: 'coredns', namespace: 'kube-system' };
    await cluster.run(['create', '--filename', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: corefile('ttl 30', cache) } }),
    });
    here.project(changes);
    await release('prod', {}, here.root, cluster);
    return here.said.filter((line) => line.startsWith('warning'));
  };

  test('warns of a DNS that remembers for longer than cluster.dnsTtl, and says what to set', async () => {
    expect(await said('cache 30')).toEqual([
      expect.stringMatching(/for 30 s .* cluster\.dnsTtl is 5 s: .* Set cluster: \{ dnsTtl: 30s \} in environments\/prod\.yaml/),
    ]);
  });

  test.each([
    ['where the setting is long enough', 'cache 30', { cluster: { dnsTtl: '30s' } }],
    ['where nothing is remembered', OFF, {}],
  ])('says nothing %s', async (_where, cache, changes) => {
    expect(await said(cache, changes)).toEqual([]);
  });
});
