/** What an environment is compared with: a revision of Git, a folder or file of manifests, or what runs in the cluster. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, type Document as YamlDocument } from 'yaml';
import type { Environment } from '../../config/load';
import type { Manifest } from '../../constructs/manifests';
import { CommandError, EXIT } from '../command';
import { git } from '../git';
import { ofCluster } from './cluster';

export interface Asked {
  readonly against: string;
  readonly environment: Environment;
  readonly root: string;
  readonly after: readonly Manifest[];
}

export interface Sides {
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
  /** What a cluster says of it, where one is asked. */
  readonly notes?: readonly string[];
}

/** The object of the whole cluster, in the place of a revision. */
export const CLUSTER = 'cluster';

/** What a file may hold. */
interface Document extends Partial<Manifest> {
  readonly items?: readonly Manifest[];
}

const isManifest = (one: Document): one is Document & Manifest => typeof one.kind === 'string' && one.metadata?.name !== undefined;

const noYaml = (where: string, what: string) =>
  new CommandError(`${where}: is no YAML (${what}); the text is not shown, as it may be that of a Secret`);

/** What a document holds. The parser's own words are not for people's eyes: they quote the line. */
function held(document: YamlDocument, where: string): Document | null {
  const [error] = document.errors;
  if (error) {
    const { line, col } = error.linePos?.[0] ?? {};
    throw noYaml(line === undefined ? where : `${where}, line ${line}, column ${col}`, error.code.toLowerCase().replaceAll('_', ' '));
  }
  try {
    return document.toJS() as Document | null;
  } catch {
    throw noYaml(where, 'an alias, *name, leads to no anchor, or to too much');
  }
}

/** Every object of a file, those of lists too. */
function objects(content: string, where: string): Manifest[] {
  const documents = parseAllDocuments(content).map((document) => held(document, where));
  return documents.flatMap((one): readonly Manifest[] => {
    if (one === null) return [];
    if (one.kind === 'List' && one.items) return one.items;
    if (isManifest(one)) return [one];
    throw new CommandError(`${where}: holds something that is no object of Kubernetes: kind and metadata.name are missing`);
  });
}

const manifestFile = (name: string) => /\.(ya?ml|json)$/.test(name);

function ofPath(path: string): Manifest[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter(manifestFile)
        .sort()
        .map((name) => join(path, name))
    : [path];
  if (files.length === 0) throw new CommandError(`${path}: holds no .yaml or .json`);
  return files.flatMap((file) => objects(readFileSync(file, 'utf8'), file));
}

function ofRevision(revision: string, { root, environment }: Asked): Manifest[] {
  const folder = `dist/${environment.name}/`;
  if (git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`) === undefined) {
    throw new CommandError(
      `--against: must be a revision of Git, a folder or file of manifests, or ${CLUSTER}, got "${revision}", which is none of them`,
      EXIT.usage,
    );
  }
  const names = (git(root, 'ls-tree', '--name-only', revision, folder) ?? '').split('\n').filter(manifestFile);
  return names.flatMap((name) => objects(git(root, 'show', `${revision}:./${name}`) ?? '', `${revision}:${name}`));
}

/** Both sides, so that they can be compared. */
export async function compared(asked: Asked): Promise<Sides> {
  const { against, environment, after } = asked;
  if (against === CLUSTER) return ofCluster(environment, after);
  return { before: existsSync(against) ? ofPath(against) : ofRevision(against, asked), after };
}
