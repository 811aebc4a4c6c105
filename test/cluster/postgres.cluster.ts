/** The database by itself: how it was made, who can connect, what a drain does, and a volume that grows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { Manifest } from '../../constructs/manifests';
import { changed, kubectl, until, type Live } from './support/kubectl';
import { block, line } from './support/page';
import { Release } from './support/release';

const POSTGRES = {
  storage: '50Gi',
  locale: { provider: 'builtin', name: 'C.UTF-8' },
  parameters: { work_mem: '3MB', log_line_prefix: "%m [%p] '$(HOME)' " },
};
const release = new Release('dev', { release: 'store', postgres: POSTGRES });
const NAME = `${release.release}-postgres`;
const CLAIM = `data-${NAME}-0`;
const pod = () => release.pods('postgres')[0]?.metadata.uid;
const claim = () => {
  const found = release.list<Live & { spec: { resources: { requests: { storage: string } } } }>('persistentvolumeclaims');
  return found.find(({ metadata }) => metadata.name === CLAIM);
};

/** What is wrong with applying these changes. */
function refusal(changes: object = {}): string {
  try {
    release.apply('dev', changes);
  } catch (error) {
    return String(error);
  }
  return '';
}

/** A server as earlier versions made it: with the claim in a template, and without TLS. */
function fromBefore(): void {
  const folder = release.render('dev', { postgres: { tls: { enabled: false } } });
  const read = (name: string) =>
    parseAllDocuments(readFileSync(join(folder, `${name}.k8s.yaml`), 'utf8')).map(
      (document) => document.toJS() as Manifest & { spec: object },
    );
  const base = read('base').filter(({ metadata }) => metadata.name !== CLAIM);
  const stack = read('stack').map((object) => {
    if (object.kind !== 'StatefulSet') return object;
    const { spec } = object as unknown as { spec: { template: { spec: { volumes: { name: string }[] } } } };
    const volumes = spec.template.spec.volumes.filter(({ name }) => name !== 'data');
    const template = { ...spec.template, spec: { ...spec.template.spec, volumes } };
    const resources = { requests: { storage: POSTGRES.storage } };
    const data = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources } };
    return { ...object, spec: { ...spec, template, volumeClaimTemplates: [data] } };
  });
  kubectl(['apply', '--filename', '-'], [...base, ...stack].map((object) => stringify(object)).join('---\n'));
}

beforeAll(async () => {
  release.kubectl('delete', 'namespace', release.namespace, '--ignore-not-found');
  fromBefore();
  await release.applySecrets();
  release.kubectl('delete', 'secret', `${NAME}-tls`);
  release.rolledOut(`statefulset/${NAME}`);
});
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

test('a release from before is taken over by the commands of the page, with what is in its volume', async () => {
  release.sql('create table kept as select 42 as answer');
  const [before, running] = [claim()?.metadata.uid, pod()];
  expect(refusal()).toMatch(/updates to statefulset spec for fields other than/);
  expect(pod()).toBe(running);
  expect(release.sql('show ssl')).toBe('off');
  const [commands = '', apply = ''] = block('postgres.md', 'delete statefulset shop-postgres --cascade=orphan').split(/^(?=.*dist)/m);
  await release.follow(commands);
  expect(pod()).toBe(running);
  await release.replaced('postgres', () => release.follow(apply));
  expect(claim()?.metadata.uid).toBe(before);
  expect(release.sql('select answer from kept')).toBe('42');
  expect(release.sql('show ssl')).toBe('on');
  expect(refusal()).toBe('');
});

describe('the database that was made', () => {
  const shows = (name: string) => release.sql(`show ${name}`);

  test('has checksums, and passwords as SCRAM', () => {
    expect(shows('data_checksums')).toBe('on');
    expect(shows('password_encryption')).toBe('scram-sha-256');
    expect(release.sql("select bool_and(rolpassword like 'SCRAM-SHA-256$%') from pg_authid where rolcanlogin")).toBe('t');
  });

  test('lets nobody in from outside without TLS and a password', () => {
    const rules = "select string_agg(concat_ws(' ', type, address, auth_method), ',' order by rule_number) from pg_hba_file_rules";
    expect(release.sql(rules)).toBe('local trust,local trust,hostssl all scram-sha-256');
  });

  test('has the locale and the parameters of the file, as the page shows them', async () => {
    expect(
      release.sql('select datlocprovider, datlocale, pg_encoding_to_char(encoding) from pg_database where datname = current_database()'),
    ).toBe('b|C.UTF-8|UTF8');
    expect(shows('work_mem')).toBe('3MB');
    expect(await release.follow(line('postgres.md', "source = 'command line'"))).toMatch(/work_mem +\| 3072 +\| kB/);
    expect(await release.follow(line('postgres.md', 'from pg_database'))).toMatch(/datlocale +\| C\.UTF-8/);
    expect(release.sql("select format('<%s>', current_setting('log_line_prefix'))")).toBe("<%m [%p] '$(HOME)' >");
  });
});

describe('a drain', () => {
  const budget = () => release.list('poddisruptionbudgets').find(({ metadata }) => metadata.name === NAME)?.status;

  test('stops the server, which starts again, where the file allows that', async () => {
    await until('the budget to allow one', () => budget()?.disruptionsAllowed === 1);
    await release.replaced('postgres', () => release.evict(`${NAME}-0`));
    expect(release.sql('select answer from kept')).toBe('42');
  });

  test('waits where the file refuses it, until somebody deletes the pod', async () => {
    release.apply('dev', { postgres: { drain: 'refuse' } });
    await until('the budget to allow none', () => budget()?.disruptionsAllowed === 0);
    const before = pod();
    expect(() => release.evict(`${NAME}-0`)).toThrow(/disruption budget/);
    expect(pod()).toBe(before);
    await release.replaced('postgres', () => release.kubectl('delete', 'pod', `${NAME}-0`));
    release.apply();
  });
});

describe('a volume of another size', () => {
  const bigger = { postgres: { storage: '60Gi' } };
  const expansion = (allowed: boolean) =>
    kubectl(['patch', 'storageclass', 'standard', '--type=merge', '--patch', JSON.stringify({ allowVolumeExpansion: allowed })]);
  afterAll(() => expansion(false));

  test('is refused for the claim alone where its class cannot grow volumes', () => {
    const before = pod();
    expect(refusal(bigger)).toMatch(
      /only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize/,
    );
    expect(claim()?.spec.resources.requests.storage).toBe('50Gi');
    expect(pod()).toBe(before);
  });

  test('is asked for with the command of the page where it can, and nothing restarts', async () => {
    expansion(true);
    const before = pod();
    release.render('dev', bigger);
    const said = await release.follow(line('postgres.md', 'npm run synth && kubectl apply -f dist/prod'));
    expect(changed(said.replaceAll(/^> .*$/gm, ''))).toEqual([`persistentvolumeclaim/${CLAIM} configured`]);
    expect(claim()?.spec.resources.requests.storage).toBe('60Gi');
    expect(pod()).toBe(before);
  });

  test('is never smaller', () => {
    expect(refusal({ postgres: { storage: '40Gi' } })).toMatch(/field can not be less than/);
    expect(release.sql('select answer from kept')).toBe('42');
  });
});
