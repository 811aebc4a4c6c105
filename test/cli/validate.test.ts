import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { validate } from '../../cli/validate';
import { ConfigError } from '../../config/problems';
import { merge } from '../../constructs/finish';
import { SMALLEST } from '../support/stack';

let mockRoot: string;
jest.mock('../../cli/command', () => ({
  get ROOT() {
    return mockRoot;
  },
}));

beforeEach(() => {
  mockRoot = mkdtempSync(join(tmpdir(), 'validate-'));
  mkdirSync(join(mockRoot, 'environments'));
});
afterEach(() => {
  rmSync(mockRoot, { recursive: true });
});

/** The lines that validating these files ends with, without the places in them. */
function problems(files: Readonly<Record<string, object>>): readonly string[] {
  for (const [name, changes] of Object.entries(files))
    writeFileSync(join(mockRoot, `environments/${name}.yaml`), stringify(merge(SMALLEST, changes)));
  try {
    validate();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.lines.map((line) => line.replace(/:\d+:\d+/, ''));
    throw error;
  }
}

const OVERRIDE = { overrides: [{ kind: 'Deployment', name: 'web', merge: {} }] };
const RULE = { nginx: { uploadLimit: '1Gi' } };
const SCHEMA = { overrides: [{ kind: 'Deployment', name: 'shop-gunicorn', merge: { spec: { replicas: 'many' } } }] };
const line = (file: string, setting: string) => expect.stringMatching(`^environments/${file}\\.yaml:? ${setting}`) as string;

test('what is right has no problem', () => {
  expect(problems({ dev: {}, prod: { nginx: { replicas: 3 } } })).toEqual([]);
});

test.each([
  ['a setting that cannot be read', { release: 'Shop' }, 'release: '],
  ['a setting that contradicts another', RULE, 'nginx\\.uploadLimit: '],
])('%s is said together with the overrides of another file', (_what, changes, setting) => {
  expect(problems({ dev: changes, prod: OVERRIDE })).toEqual([line('dev', setting), line('prod', 'overrides\\[0\\]: ')]);
  expect(problems({ dev: OVERRIDE, prod: changes })).toEqual([line('prod', setting), line('dev', 'overrides\\[0\\]: ')]);
});

test('settings that contradict each other are said together with the overrides of the same file', () => {
  expect(problems({ prod: { ...RULE, ...OVERRIDE } })).toEqual([line('prod', 'nginx\\.uploadLimit: '), line('prod', 'overrides\\[0\\]: ')]);
});

test('what the API would refuse of one file is said together with the settings of another', () => {
  expect(problems({ dev: SCHEMA, prod: RULE })).toEqual([line('prod', 'nginx\\.uploadLimit: '), line('dev', 'Deployment shop-gunicorn: ')]);
});

test('two files that would write into one namespace are said together with their overrides', () => {
  expect(problems({ a: { namespace: 'shop', ...OVERRIDE }, b: { namespace: 'shop' } })).toEqual([
    line('b', 'namespace: '),
    line('a', 'overrides\\[0\\]: '),
  ]);
});
