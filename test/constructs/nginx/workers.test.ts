import { render } from '../../support/stack';
import { block, confText, parse, values } from '../nginx-tree';

const conf = (limits: object, more: object = {}) =>
  parse(confText(render({ nginx: { resources: { requests: { cpu: '50m', memory: '32Mi' }, limits }, ...more } })));
const connections = (limits: object, more?: object) => Number(values(block(conf(limits, more), 'events'), 'worker_connections')[0]);

test.each([
  ['250m', '1'],
  ['1', '1'],
  ['1100m', '2'],
  ['4', '4'],
])('with %s CPU there are %s processes', (cpu, count) => {
  expect(values(conf({ cpu }), 'worker_processes')).toEqual([count]);
});

describe('connections', () => {
  test('take 64 KiB of what 64 MiB leave of the memory', () => {
    expect(connections({ memory: '256Mi' })).toBe(3072);
    expect(connections({ memory: '96Mi' })).toBe(512);
    expect(connections({ memory: '100Mi' })).toBe(576);
  });

  test('are shared by the processes', () => {
    expect(connections({ memory: '256Mi', cpu: '3' })).toBe(1024);
  });

  test('leave room for what the cache takes of the memory', () => {
    const cache = { valid: { '200': '1m' } };
    expect(connections({ memory: '256Mi' }, { cache, cacheStore: { storage: 'disk' } })).toBe(2912);
    expect(connections({ memory: '256Mi' }, { cache, cacheStore: { storage: 'memory', size: '32Mi' } })).toBeLessThan(2912);
  });

  test('are never more than containers may open files for', () => {
    expect(connections({ memory: '16Gi' })).toBe(8192);
  });
});

test.each(['96Mi', '256Mi', '16Gi'])('with %s a process may open two files for each connection', (memory) => {
  expect(values(conf({ memory }), 'worker_rlimit_nofile')).toEqual([`${2 * connections({ memory })}`]);
});
