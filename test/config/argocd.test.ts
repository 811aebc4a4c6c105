import { stringify } from 'yaml';
import { merge } from '../../constructs/finish';
import { problems, SMALLEST } from '../support/stack';

const REPOSITORY = 'https://git.example.com/team/shop.git';
const said = (argocd: object) =>
  problems(stringify(merge(SMALLEST, { argocd: { repository: REPOSITORY, ...argocd } }))).map((line) => line.replace(/^\S+ /, ''));

test.each([
  ['repository', { repository: 'shop' }, 'must be the address of a Git repository, such as https://git.example.com/team/shop.git'],
  ['revision', { revision: '' }, 'must be a branch, tag or commit'],
  ['path', { path: '../dist/prod' }, 'must be a relative path without ".."'],
  ['path', { path: '/dist/prod' }, 'must be a relative path without ".."'],
  ['project', { project: 'My shops' }, 'must be a name of an object'],
  ['destination.server', { destination: { server: 'europe' } }, 'must be the address of an API server'],
  ['destination.name', { destination: { name: '' } }, 'must be the name of a cluster'],
  ['destination', { destination: { server: 'https://203.0.113.1', name: 'europe' } }, 'must have a server or a name, not both'],
  ['automated', { automated: 'yes' }, 'must be true or false, or a group of prune and selfHeal'],
  ['automated.prun', { automated: { prun: true } }, 'is not a setting'],
  ['automated.selfHeal', { automated: { selfHeal: 'no' } }, 'must be true or false'],
  ['retry.limit', { retry: { limit: -1 } }, 'must be a whole number from 0 to 100'],
  ['syncOptions', { syncOptions: 'ServerSideApply=true' }, 'must be a list of sync options'],
  ['syncOptions', { syncOptions: ['ServerSideApply=true', 'ServerSideApply=true'] }, 'must name each option once'],
])('argocd.%s is refused, and why: %j', (setting, argocd, reason) => {
  expect(said(argocd)).toEqual([expect.stringContaining(`argocd.${setting}: ${reason}`)]);
});

test.each([
  {},
  { repository: 'git@git.example.com:team/shop.git' },
  { revision: 'release/1.4', path: '.' },
  { destination: { server: 'https://203.0.113.1:6443' } },
  { destination: { name: 'europe-1' } },
  { automated: false },
  { automated: {} },
  { automated: { prune: false, selfHeal: false } },
  { retry: { limit: 0 } },
  { syncOptions: [] },
  { syncOptions: ['ServerSideApply=true', 'FailOnSharedResource=true'] },
])('is taken: %j', (argocd) => {
  expect(said(argocd)).toEqual([]);
});

test.each(['Replace=true', 'Force=true', 'ApplyOutOfSyncOnly=true', 'Validate=false', 'Prune=false', 'ServerSideApply=false'])(
  'the sync option %s, with which a release would not hold what it promises, is refused with those that are taken',
  (option) => {
    expect(said({ syncOptions: [option] })).toEqual([
      `argocd.syncOptions[0]: must be one of ServerSideApply=true, FailOnSharedResource=true, got "${option}"`,
    ]);
  },
);
