/** What the API server says of every object that can be rendered. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvironments } from '../../config/load';
import { compose } from '../../constructs/compose';
import { manifests, type Manifest } from '../../constructs/manifests';
import { ROWS } from '../support/matrix';
import { ROOT } from '../support/stack';
import { kubectl, PATIENTLY, until } from './support/kubectl';

/** Definitions of other people's kinds; a clone that stands alone has none. */
const DEFINITIONS = join(ROOT, '../shared/crds');
const withDefinitions = existsSync(DEFINITIONS);
const SUITE = 'cdk8s-django/suite';
const OPTIONS = ['apply', '--server-side', '--filename', '-'];

const isNamespace = ({ kind }: Manifest) => kind === 'Namespace';

/** The same object in a namespace of its own, beside those that other tests use. */
function apart(manifest: Manifest): Manifest {
  const { metadata } = manifest;
  const dry = (name: string) => `dry-${name}`;
  if (!isNamespace(manifest)) return { ...manifest, metadata: { ...metadata, namespace: metadata.namespace && dry(metadata.namespace) } };
  const labels = { ...metadata.labels, 'pod-security.kubernetes.io/warn': 'restricted', [SUITE]: 'dry' };
  return { ...manifest, metadata: { ...metadata, name: dry(metadata.name), labels } };
}

/** Namespaces of the objects: their own, and those that other people's software lives in, such as Argo CD's. */
function namespaces(all: readonly Manifest[]): Manifest[] {
  const own = all.filter(isNamespace);
  const named = new Set(all.map(({ metadata }) => metadata.namespace).filter((name) => name !== undefined));
  for (const { metadata } of own) named.delete(metadata.name);
  const others = [...named].map((name): Manifest => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { [SUITE]: 'dry' } },
  }));
  return [...own, ...others];
}

const list = (items: readonly Manifest[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** Kinds that the API server knows, each with its version. */
function served(): Set<string> {
  const lines = kubectl(['api-resources', '--no-headers']).trim().split('\n');
  return new Set(lines.map((line) => line.trim().split(/\s+/).reverse()).map(([kind, , version]) => `${version} ${kind}`));
}

const PROJECT = loadEnvironments(ROOT);
const MATRIX = ROWS.map(({ environment }) => environment);

beforeAll(async () => {
  if (!withDefinitions) return;
  kubectl(['apply', '--server-side', '--filename', DEFINITIONS]);
  kubectl(['wait', '--for=condition=Established', PATIENTLY, 'customresourcedefinitions', '--all']);
  const lines = (...args: string[]) => kubectl(args).trim().split('\n');
  const defined = lines('get', 'customresourcedefinitions', '--output=jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}');
  await until('their kinds to be served', () => {
    const known = lines('api-resources', '--output=name');
    return defined.every((one) => known.includes(one));
  });
});

afterAll(() => {
  kubectl(['delete', 'namespaces', `--selector=${SUITE}=dry`, '--wait=false']);
});

test.each([
  ['the environments of the project', PROJECT],
  ['the option matrix', MATRIX],
])('every object of %s passes strictly, and without a warning', async (_, environments) => {
  const all = compose(environments, ROOT, '').flatMap(manifests).map(apart);
  // kubectl tells none while one API of others, such as that of metrics, does not answer.
  const known = await until('all kinds', served);
  const judged = all.filter(({ apiVersion, kind }) => known.has(`${apiVersion} ${kind}`));
  const skipped = new Set(all.filter((object) => !judged.includes(object)).map(({ kind }) => kind));
  if (skipped.size > 0) console.warn(`there are no definitions in ${DEFINITIONS}: skipped ${[...skipped].join(', ')}`);
  if (withDefinitions) expect([...skipped]).toEqual([]);
  kubectl(OPTIONS, list(namespaces(judged)));
  const output = kubectl([...OPTIONS, '--dry-run=server', '--validate=strict', '--warnings-as-errors'], list(judged));
  expect(output.match(/serverside-applied \(server dry run\)/g)).toHaveLength(judged.length);
});
