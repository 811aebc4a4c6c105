import { stringify } from 'yaml';
import { merge } from '../../../constructs/finish';
import { problems, SMALLEST } from '../../support/stack';

const FILE = 'README.md';
const said = (nginx: object, changes: object = {}) =>
  problems(stringify(merge(SMALLEST, { ...changes, nginx }))).map((line) => line.replace(/^\S+ /, ''));
const LOAD_BALANCER = { service: { type: 'LoadBalancer' } };

describe('error pages', () => {
  test('are taken, and their keys may be numbers as YAML reads them', () => {
    const limits = { requests: { rate: '10/s' } };
    expect(said({ static: { directory: 'test' }, limits, errorPages: { 404: FILE, 413: FILE, 429: FILE, '50x': FILE } })).toEqual([]);
    expect(said({ errorPages: { 404: FILE } }, { django: { media: { storage: '1Gi', path: '/media' } } })).toEqual([]);
    expect(said({ limits: undefined, locations: [{ path: '/api/', limits }], errorPages: { 429: FILE } })).toEqual([]);
  });

  test.each([
    [{ 500: FILE }, 'nginx.errorPages.500: is not a setting; did you mean "50x"?'],
    [{ 413: 'no-such.html' }, 'nginx.errorPages.413: must be a file, and no-such.html is none: write the page, or name the right one'],
    [{ '50x': 'docs' }, 'nginx.errorPages.50x: must be a file, and docs is none'],
    [{ 413: '../413.html' }, 'nginx.errorPages.413: must be a relative path without ".."'],
    [{ 413: 'a b;.html' }, 'nginx.errorPages.413: must be a relative path'],
    [{ 404: FILE }, 'nginx.errorPages.404: is for static and uploaded files, and neither nginx.static nor django.media is set'],
    [{ 429: FILE }, 'nginx.errorPages.429: is for requests above nginx.limits, and no limits are set: set them, or leave it out'],
  ])('are refused, with what to do: %j', (errorPages, line) => {
    expect(said({ errorPages })).toContainEqual(expect.stringContaining(line));
  });
});

describe('maintenance', () => {
  test.each([
    [{}, {}],
    [{ page: FILE }, {}],
    [{ allow: ['203.0.113.0/24', '2001:db8::/32'] }, LOAD_BALANCER],
    [{ allow: ['203.0.113.7/32'] }, { realIp: { from: ['10.0.0.0/8'] } }],
    [{ allow: ['127.0.0.0/8', '::1/128'] }, {}],
  ])('is taken: %j', (maintenance, more) => {
    expect(said({ ...more, maintenance })).toEqual([]);
  });

  test.each([
    [{ page: 'no-such.html' }, 'nginx.maintenance.page: must be a file, and no-such.html is none'],
    [{ allow: ['203.0.113.7'] }, 'nginx.maintenance.allow[0]: must be a range of IPv4 or IPv6 addresses'],
    [{ allow: ['0; }'] }, 'nginx.maintenance.allow[0]: must be a range of IPv4 or IPv6 addresses'],
    [{ allowed: [] }, 'nginx.maintenance.allowed: is not a setting; did you mean "allow"?'],
    [true, 'nginx.maintenance: must be a group of settings'],
  ])('is refused, with what to do: %j', (maintenance, line) => {
    expect(said({ ...LOAD_BALANCER, maintenance })).toContainEqual(expect.stringContaining(line));
  });

  test('fails where all visitors have the same address, and says what else there is', () => {
    expect(said({ maintenance: { allow: ['127.0.0.0/8', '203.0.113.0/24'] } })).toEqual([
      expect.stringMatching(
        /^nginx\.maintenance\.allow\[1\]: must not go by the address of the client, got 203\.0\.113\.0\/24; behind a ClusterIP .*, or allow 127\.0\.0\.0\/8 and come by kubectl port-forward$/,
      ),
    ]);
  });
});
