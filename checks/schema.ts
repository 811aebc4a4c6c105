/** Judges objects by the JSON schema of their API, as kubernetes-models carries it, or a definition in crds/. */
import { createRequire } from 'node:module';
import type { Manifest } from '../constructs/manifests';
import { definitionProblems } from './definitions';

interface Model {
  validate(): void;
}

const load = createRequire(__filename);

/** The class of an API's kind: `apps/v1` has a folder of that name, and the core API `v1`. */
function modelOf({ apiVersion, kind }: Manifest): (new (data: unknown) => Model) | undefined {
  const path = `kubernetes-models/${apiVersion}/${kind}`;
  try {
    return (load(path) as Record<string, new (data: unknown) => Model>)[kind];
  } catch {
    return undefined;
  }
}

/** A line for each field that is missing, mistyped or out of range; one if the kind is not known. */
export function schemaProblems(object: Manifest): string[] {
  const name = `${object.kind} ${object.metadata.name}`;
  const problems = definitionProblems(object);
  if (problems) return problems.map((problem) => `${name}: ${problem}`);
  const Kind = modelOf(object);
  if (!Kind) return [`${name}: ${object.apiVersion} has no schema here`];
  try {
    new Kind(object).validate();
    return [];
  } catch (error) {
    return [`${name}: ${(error as Error).message}`];
  }
}
