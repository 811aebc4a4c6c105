/** Reads `environments/`: from YAML to configurations, or to every problem in every file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { missingFiles, uselessFolders } from './files';
import { ConfigError, position, problemsOf, settingName, type Problem, type SettingPath } from './problems';
import { resolve, type Config } from './resolve';
import { brokenRules, warnings } from './rules';
import { settingsOfOtherKinds } from './rules/postgres-kind';
import { schema, type Input } from './schema';

export const FOLDER = 'environments';

/** One file of `environments/`, read and found right. */
export interface Environment {
  /** Name of the file without its ending. */
  readonly name: string;
  readonly config: Config;
  /** Lines about what works, but may surprise. */
  readonly warnings: readonly string[];
  /** A line about a setting of this file: file, line, column, setting, message. */
  say(problem: Problem): string;
}

/** The schema inside defaults, transforms and the like. */
function bare(type: z.core.$ZodType): z.core.$ZodType {
  const { innerType, in: input } = type._zod.def as { innerType?: z.core.$ZodType; in?: z.core.$ZodType };
  const inside = innerType ?? input;
  return inside ? bare(inside) : type;
}

function knownKeys(path: SettingPath): readonly string[] {
  const step = (types: z.core.$ZodType[], part: PropertyKey) =>
    types.flatMap((type) => {
      const { shape, element } = type._zod.def as { shape?: Record<PropertyKey, z.core.$ZodType>; element?: z.core.$ZodType };
      return alternatives(shape?.[part] ?? (typeof part === 'number' ? element : undefined));
    });
  const alternatives = (type?: z.core.$ZodType): z.core.$ZodType[] => {
    if (!type) return [];
    const { options } = bare(type)._zod.def as { options?: z.core.$ZodType[] };
    return options ? options.flatMap(alternatives) : [bare(type)];
  };
  return path.reduce(step, alternatives(schema)).flatMap((type) => Object.keys((type._zod.def as { shape?: object }).shape ?? {}));
}

/** The problems that the YAML itself has: what cannot be read, and keys that stand twice. */
function problemsOfYaml(document: Document, file: string): string[] {
  return document.errors.map((error) => {
    const at = error.linePos?.[0];
    const message =
      error.code === 'DUPLICATE_KEY' ? 'this key stands twice in its group: remove one of them' : error.message.split(' at line')[0];
    return `${file}:${at?.line ?? 1}:${at?.col ?? 1} ${message}`;
  });
}

/** Folder of Argo CD's Applications beside those of the environments. */
export const ARGOCD_FOLDER = 'argocd';

function nameProblem(name: string): string | undefined {
  if (name === ARGOCD_FOLDER) return `an environment cannot be called ${ARGOCD_FOLDER}: that folder is for Argo CD's Applications`;
  return /^(?=.{1,30}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(name)
    ? undefined
    : 'the name of the file must be at most 30 lower-case letters, digits and "-", as it names the environment';
}

/** Reads the text of one file; its problems are put into `lines`. Undefined where nothing can be made of it. */
export function parseEnvironment(root: string, file: string, text: string, lines: string[]): Environment | undefined {
  const name = basename(file, extname(file));
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const say = (problem: Problem) =>
    `${file}:${position(document, counter, problem)} ${settingName(problem.path) || 'file'}: ${problem.message}`;
  const wrongName = nameProblem(name);
  if (wrongName !== undefined) lines.push(`${file}:1:1 ${wrongName}`);
  lines.push(...problemsOfYaml(document, file));
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return undefined;

  const given: unknown = document.toJS() ?? {};
  const result = schema.safeParse(given, { reportInput: true });
  if (!result.success) {
    lines.push(...problemsOf(result.error.issues, knownKeys).map(say));
    return undefined;
  }
  const config = resolve(name, result.data);
  const unreadable = missingFiles(root, config);
  lines.push(...[...settingsOfOtherKinds(config, given as Input), ...brokenRules(config), ...unreadable].map(say));
  if (unreadable.length > 0) return undefined;
  return { name, config, warnings: [...warnings(config), ...uselessFolders(root, config)].map(say), say };
}

/** Two files that would write the same objects. */
function collisions(environments: readonly Environment[]): string[] {
  return environments.flatMap((environment, index) => {
    const { namespace } = environment.config;
    const first = environments.slice(0, index).find((other) => other.config.namespace === namespace);
    if (!first) return [];
    return [
      environment.say({
        path: ['namespace'],
        message: `${namespace} already belongs to ${FOLDER}/${first.name}.yaml: give each file a namespace of its own`,
      }),
    ];
  });
}

/** What was read of `environments/`: the files that could be, and a line for every problem of every file. */
export interface Reading {
  readonly environments: readonly Environment[];
  readonly problems: readonly string[];
}

/** Reads every file of `environments/` below `root`, in the order of their names. */
export function readEnvironments(root: string): Reading {
  const folder = join(root, FOLDER);
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => ['.yaml', '.yml'].includes(extname(file)))
        .sort()
    : [];
  const problems =
    files.length > 0 ? [] : [`${FOLDER}/ holds no .yaml file: describe your project in ${FOLDER}/prod.yaml (see docs/configuration.md)`];
  const environments = files.flatMap(
    (file) => parseEnvironment(root, `${FOLDER}/${file}`, readFileSync(join(folder, file), 'utf8'), problems) ?? [],
  );
  return { environments, problems: [...problems, ...collisions(environments)] };
}

/**
 * The same, where every file is right.
 * @throws ConfigError with every problem of every file
 */
export function loadEnvironments(root: string): readonly Environment[] {
  const { environments, problems } = readEnvironments(root);
  if (problems.length > 0) throw new ConfigError(problems);
  return environments;
}
