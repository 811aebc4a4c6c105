/** `npm run bench:synth`: how long it takes to write manifests, against a tool that only reads and writes the same ones. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { machine, median, report, spread, verdict } from './report';

const ROOT = join(__dirname, '..');
const LAUNCH = join(ROOT, 'cli/launch.mjs');
const PAIRS = 9;
const MANY_OBJECTS = 1000;

/** What stands in for kubectl where there is none. */
const READ_AND_WRITE = `
  const { parseAllDocuments } = require('yaml'), fs = require('fs');
  for (const file of fs.readdirSync('dist', { recursive: true }).filter((name) => name.endsWith('.yaml')))
    process.stdout.write(parseAllDocuments(fs.readFileSync('dist/' + file, 'utf8')).map(String).join(''));`;

const hasKubectl = spawnSync('kubectl', ['kustomize', '--help']).status === 0;
const RIVAL = hasKubectl ? 'kubectl kustomize' : 'reading and writing with `yaml`';

/** Seconds that a command takes as a whole process. */
function seconds(folder: string, command: string, ...args: string[]): number {
  const begin = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, {
    cwd: folder,
    maxBuffer: 1e9,
    env: { ...process.env, NODE_PATH: join(ROOT, 'node_modules') },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.toString()}`);
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

/** A project with so many copies of the environment for production. */
function project(folder: string, environments: number): number {
  mkdirSync(join(folder, 'environments'), { recursive: true });
  cpSync(join(ROOT, 'example/django_app/static'), join(folder, 'example/django_app/static'), { recursive: true });
  for (let index = 0; index < environments; index += 1)
    cpSync(join(ROOT, 'environments/prod.yaml'), join(folder, `environments/prod-${index}.yaml`));
  seconds(folder, 'node', LAUNCH, 'main.ts');
  const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  writeFileSync(join(folder, 'dist/kustomization.yaml'), `resources: [${files.join(', ')}]\n`);
  return files.reduce((sum, file) => sum + parseAllDocuments(readFileSync(join(folder, 'dist', file), 'utf8')).length, 0);
}

/** A row of the table.
 * @param goal - times the rival's, at the most */
function measure(environments: number, goal: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  try {
    const objects = project(folder, environments);
    const pairs = Array.from({ length: PAIRS }, () => ({
      synth: seconds(folder, 'node', LAUNCH, 'main.ts'),
      rival: hasKubectl ? seconds(folder, 'kubectl', 'kustomize', 'dist') : seconds(folder, 'node', '-e', READ_AND_WRITE),
      node: seconds(folder, 'node', '-e', '0'),
    }));
    const of = (name: 'synth' | 'rival' | 'node') => median(pairs.map((pair) => pair[name])).toFixed(2);
    const ratios = pairs.map(({ synth, rival }) => synth / rival);
    const cells = [environments, objects, goal, spread(ratios), verdict(median(ratios) <= goal), of('synth'), of('rival'), of('node')];
    return `| ${cells.join(' | ')} |`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const single = measure(1, 3);
const objectsOfOne = Number(single.split('|')[2]);
const rows = [single, measure(Math.ceil(MANY_OBJECTS / objectsOfOne), 0.5)];
report(
  'Synth',
  `Whole processes: \`node cli/launch.mjs main.ts\`, which is what \`cdk8s synth\` starts, against ${RIVAL} of the same output.
${machine()}.

| environments | objects | at most | synth / ${RIVAL} | goal | synth, s | ${RIVAL}, s | node alone, s |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}`,
);
console.log(rows.join('\n'));
