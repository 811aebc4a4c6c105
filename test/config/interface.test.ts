import { stringify } from 'yaml';
import { merge } from '../../constructs/finish';
import { config, problems, SMALLEST } from '../support/stack';

const said = (changes: object) => problems(stringify(merge(SMALLEST, changes))).map((line) => line.replace(/^\S+ /, ''));
const asgi = (gunicorn: object, more: object = {}) => ({ ...more, django: { interface: 'asgi' }, gunicorn });

test('is wsgi unless the file says asgi, and nothing else', () => {
  expect(config().django.interface).toBe('wsgi');
  expect(said(asgi({}))).toEqual([]);
  expect(said({ django: { interface: 'ASGI' } })).toEqual(['django.interface: must be one of wsgi, asgi, got "ASGI"']);
});

test('workers of asgi have no threads', () => {
  expect(config(asgi({})).gunicorn.threads).toBe(1);
  expect(said(asgi({ threads: 4 }))).toEqual([
    'gunicorn.threads: must be left out with django.interface: asgi, whose workers have no threads, got 4: set gunicorn.pool or workers',
  ]);
});

test('workers of wsgi have no pool', () => {
  expect(config().gunicorn).toMatchObject({ threads: 4, connections: 4 });
  expect(said({ gunicorn: { pool: 8 } })).toEqual([
    'gunicorn.pool: needs django.interface: asgi, got 8: with wsgi each of gunicorn.threads has a connection',
  ]);
});

test('workers of asgi are not replaced after a number of requests, unless the file says so', () => {
  expect(config().gunicorn.maxRequests).toBe(20_000);
  expect(config(asgi({})).gunicorn.maxRequests).toBe(0);
  expect(config(asgi({ maxRequests: 500 })).gunicorn.maxRequests).toBe(500);
});

test('the database must take all connections of all pools', () => {
  const sizes = { replicas: 3, workers: 2, pool: 20 };
  expect(said(asgi(sizes))).toEqual([
    'postgres.maxConnections: must be at least 168, got 100: (3 replicas + 1 in a release) × 2 workers × 20 connections in the pool of Gunicorn, and 8 for jobs and operators',
  ]);
  expect(said(asgi(sizes, { postgres: { maxConnections: 168 } }))).toEqual([]);
});
