import { stringify } from 'yaml';
import { merge } from '../../../constructs/finish';
import { problems, SMALLEST } from '../../support/stack';

const found = (changes: object) => problems(stringify(merge(SMALLEST, changes)));
const MANY = { gunicorn: { replicas: 10, workers: 4, threads: 8 } };

test('threads of Gunicorn do not count against the database where a pooler is between', () => {
  expect(found(MANY)).toEqual([expect.stringContaining('postgres.maxConnections: must be at least 360, got 100')]);
  expect(found({ ...MANY, postgres: { pooler: {} } })).toEqual([]);
});

test('what its pods open at the most must find room, beside jobs and operators', () => {
  expect(found({ postgres: { pooler: { replicas: 3, poolSize: 5 }, maxConnections: 38 } })).toEqual([]);
  expect(found({ postgres: { pooler: { replicas: 3, poolSize: 5 }, maxConnections: 37 } })).toEqual([
    expect.stringContaining(
      'postgres.maxConnections: must be at least 38, got 37: (3 replicas + as many in a release) × 5 connections of the pooler, and 8 for jobs and operators',
    ),
  ]);
});

test.each([{ replicas: 0 }, { replicas: 21 }, { poolSize: 0 }, { poolSize: 1001 }])('%j is out of range', (pooler) => {
  expect(found({ postgres: { pooler } })).toEqual([expect.stringMatching(/must be a whole number from 1 to \d+/)]);
});
