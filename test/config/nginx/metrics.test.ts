import { stringify } from 'yaml';
import { merge } from '../../../constructs/finish';
import { problems, SMALLEST } from '../../support/stack';

const said = (metrics: unknown) => problems(stringify(merge(SMALLEST, { nginx: { metrics } }))).map((line) => line.replace(/^\S+ /, ''));

test.each([
  {},
  { namespace: 'prometheus', image: 'registry.example.com/exporter:1.5.3' },
  { serviceMonitor: false },
  { serviceMonitor: { labels: { release: 'kube-prometheus-stack', 'example.com/team': '' }, interval: '1m' } },
  { resources: { limits: { memory: '128Mi' } } },
])('metrics are taken: %j', (metrics) => {
  expect(said(metrics)).toEqual([]);
});

test.each([
  [true, ': must be a group of settings, got true'],
  [{ namespace: 'Monitoring' }, '.namespace: must be a DNS label'],
  [{ image: 'exporter:latest' }, '.image: must be an image with a tag other than "latest" or a digest'],
  [{ serviceMonitor: true }, '.serviceMonitor: must be false or a group of settings, got true'],
  [{ serviceMonitor: { labels: { release: 'a b' } } }, '.serviceMonitor.labels.release: must be a value of a label'],
  [{ serviceMonitor: { labels: { 'a b': 'c' } } }, '.serviceMonitor.labels.a b: must be the key of a label'],
  [{ serviceMonitor: { interval: '1s' } }, '.serviceMonitor.interval: must be a duration from 5s to 10m'],
  [{ resources: { requests: { memory: '1Gi' } } }, '.resources.requests.memory: must not be above limits.memory'],
  [{ port: 9113 }, '.port: is not a setting; allowed are image, namespace, serviceMonitor, resources'],
])('metrics are refused: %j', (metrics, sentence) => {
  expect(said(metrics)).toEqual([expect.stringContaining(`nginx.metrics${sentence}`)]);
});
