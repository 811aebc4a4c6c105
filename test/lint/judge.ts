/** `tsx test/lint/judge.ts FOLDER` prints what kube-score and Checkov found in `FOLDER/dist`, but for what its environments ask for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, parseEnvironment } from '../../config/load';
import type { Config } from '../../config/resolve';
import { EXCEPTIONS } from './exceptions';

interface Finding {
  readonly namespace: string;
  readonly object: string;
  readonly rule: string;
  readonly words: string;
}

interface Scored {
  readonly object_meta: { readonly name: string; readonly namespace?: string };
  readonly checks: readonly {
    readonly check: { readonly id: string; readonly name: string };
    readonly grade: number;
    readonly skipped: boolean;
  }[];
}

interface Checked {
  readonly results: {
    readonly failed_checks: readonly { readonly check_id: string; readonly check_name: string; readonly resource: string }[];
  };
  readonly summary: { readonly passed: number; readonly skipped: number; readonly parsing_errors: number };
}

const ROOT = join(__dirname, '../..');
/** The best that kube-score gives. */
const ALL_WELL = 10;

const [folder = ''] = process.argv.slice(2);
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

function configs(): Map<string, Config> {
  const lines: string[] = [];
  const found = readdirSync(join(folder, FOLDER)).map((file) =>
    parseEnvironment(ROOT, `${FOLDER}/${file}`, readFileSync(join(folder, FOLDER, file), 'utf8'), lines),
  );
  if (lines.length > 0) throw new Error(lines.join('\n'));
  return new Map(found.flatMap((environment) => (environment ? [[environment.config.namespace, environment.config]] : [])));
}

const ofKubeScore = (objects: readonly Scored[]) =>
  objects.flatMap(({ object_meta: { name, namespace = '' }, checks }) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade < ALL_WELL)
      .map(({ check }): Finding => ({ namespace, object: name, rule: check.id, words: check.name })),
  );

const ofCheckov = ({ results }: Checked) =>
  results.failed_checks.map(({ check_id, check_name, resource }): Finding => {
    const [, namespace = '', object = ''] = resource.split('.');
    return { namespace, object, rule: check_id, words: check_name };
  });

const environments = configs();
const scored = read('kube-score.json') as Scored[];
const checked = read('checkov.json') as Checked;

const findings = [...ofKubeScore(scored), ...ofCheckov(checked)].map((finding) => {
  const config = environments.get(finding.namespace);
  const allowed = EXCEPTIONS.find(({ rules, asked }) => rules.includes(finding.rule) && config && asked(config, finding.object));
  return { ...finding, allowed };
});
const seen = new Set(scored.map(({ object_meta }) => object_meta.namespace));
const { passed, skipped, parsing_errors } = checked.summary;

const wrong = [
  ...findings.filter(({ allowed }) => !allowed).map(({ namespace, object, rule, words }) => `${namespace}/${object}: ${rule}, ${words}`),
  ...[...environments.keys()].filter((namespace) => !seen.has(namespace)).map((namespace) => `kube-score saw nothing of ${namespace}`),
  ...(passed === 0 || parsing_errors > 0 ? [`Checkov did not judge all: ${JSON.stringify(checked.summary)}`] : []),
  ...(skipped > 0 ? [`annotations tell Checkov to skip ${skipped} findings: there must be none`] : []),
  ...EXCEPTIONS.filter((exception) => !findings.some(({ allowed }) => allowed === exception)).map(
    ({ setting }) => `nothing is found for ${setting} any more: remove that exception`,
  ),
];
for (const line of wrong) console.log(line);
process.exitCode = wrong.length > 0 ? 1 : 0;
