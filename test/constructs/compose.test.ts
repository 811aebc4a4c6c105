import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { parseEnvironment } from '../../config/load';
import { compose } from '../../constructs/compose';
import { manifests } from '../../constructs/manifests';
import { merge } from '../../constructs/finish';
import { Rendered, SMALLEST } from '../support/stack';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'compose-'));
  mkdirSync(join(root, 'static'));
});
afterEach(() => rmSync(root, { recursive: true }));

const STATIC = { nginx: { static: { directory: 'static' } } };

function read(name: string, changes: object) {
  const lines: string[] = [];
  const environment = parseEnvironment(root, `environments/${name}.yaml`, stringify(merge(SMALLEST, changes)), lines);
  if (!environment) throw new Error(lines.join('\n'));
  return environment;
}

const run = (files: Readonly<Record<string, object>>) =>
  compose(
    Object.entries(files).map(([name, changes]) => read(name, changes)),
    root,
    '/out',
  );

describe('compose', () => {
  test('gives each environment a folder of two files: what outlives a release, and the release', () => {
    const apps = run({ dev: {}, prod: { gunicorn: { gpu: { count: 1 } } } });
    expect(apps.map(({ outdir }) => outdir)).toEqual(['/out/dev', '/out/prod']);
    for (const app of apps) expect(app.charts.map((chart) => chart.node.id)).toEqual(['base', 'stack']);
  });

  test('reads static files from the folder that the file names, seen from the root', () => {
    writeFileSync(join(root, 'static', 'site.css'), 'body {}');
    const [app] = run({ prod: STATIC });
    const names = app ? new Rendered(manifests(app)).names('ConfigMap') : [];
    expect(names).toEqual(expect.arrayContaining([expect.stringMatching(/^shop-nginx-static-0-/)]));
  });

  test('reads files of earlier releases and pages from where the file names them', () => {
    mkdirSync(join(root, 'old'));
    writeFileSync(join(root, 'static', 'site.css'), 'body {}');
    writeFileSync(join(root, 'old', 'site.0123456789ab.css'), 'body {}');
    writeFileSync(join(root, '50x.html'), '<h1>Back soon</h1>');
    const [app] = run({ prod: { nginx: { static: { directory: 'static', previous: ['old'] }, errorPages: { '50x': '50x.html' } } } });
    const rendered = new Rendered(app ? manifests(app) : []);
    expect(rendered.find('ConfigMap', 'shop-nginx-pages')).toMatchObject({ data: { '50x.html': '<h1>Back soon</h1>' } });
    expect(rendered.names('ConfigMap')).toContainEqual(expect.stringMatching(/^shop-nginx-static-previous-0-/));
  });

  test('the stack is written in the order in which things depend on each other', () => {
    const [app] = run({ prod: {} });
    const kinds = (app ? manifests(app) : []).map(({ kind }) => kind);
    expect(kinds[0]).toBe('Namespace');
    const order = ['NetworkPolicy', 'StatefulSet', 'Job', 'Deployment', 'CronJob'].map((kind) => kinds.indexOf(kind));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  test('fails with every problem of every environment, each at its place in its file', () => {
    const override = { overrides: [{ kind: 'Deployment', name: 'shop-web', merge: {} }] };
    expect(() => run({ dev: STATIC, prod: override })).toThrow(
      /^environments\/dev\.yaml:\d+:\d+ nginx\.static\.directory: holds no file[^\n]*\nenvironments\/prod\.yaml:\d+:\d+ overrides\[0\]: must match exactly one object/,
    );
  });

  test('two releases side by side share no object', () => {
    const [first, second] = run({ shop: {}, blog: { release: 'blog' } }).map((app) =>
      manifests(app).map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`),
    );
    expect(first?.filter((name) => second?.includes(name))).toEqual([]);
  });

  test('the same input gives the same objects', () => {
    writeFileSync(join(root, 'static', 'site.css'), 'body {}');
    expect(JSON.stringify(run({ prod: STATIC }).map(manifests))).toBe(JSON.stringify(run({ prod: STATIC }).map(manifests)));
  });
});
