/** Renders a small project, changed as a test wants it, and finds objects by kind and name. */
import { App, Testing } from 'cdk8s';
import { stringify } from 'yaml';
import { parseEnvironment } from '../../config/load';
import type { Config } from '../../config/resolve';
import { Base } from '../../constructs/base';
import { DjangoStack, type DjangoStackProps } from '../../constructs/django-stack';
import { merge } from '../../constructs/finish';
import type { Manifest } from '../../constructs/manifests';
import { applyOverrides } from '../../constructs/overrides';

/** The shortest file that there can be. */
export const SMALLEST = {
  release: 'shop',
  image: 'registry.example.com/team/shop:1.0.0',
  django: { project: 'main_app', hosts: ['shop.example.com'] },
  postgres: { storage: '1Gi' },
};

/** Root of the project, where the folders that settings name are looked for. */
export const ROOT = `${__dirname}/../..`;

/** What a file would be said to be wrong with, a line each; its name is `test.yaml`. */
export function problems(text: string): string[] {
  const lines: string[] = [];
  parseEnvironment(ROOT, 'environments/test.yaml', text, lines);
  return lines;
}

/** The smallest file with changes merged into it, as a configuration. */
export function config(changes: object = {}): Config {
  const lines: string[] = [];
  const environment = parseEnvironment(ROOT, 'environments/test.yaml', stringify(merge(SMALLEST, changes)), lines);
  if (!environment || lines.length > 0) throw new Error(lines.join('\n'));
  return environment.config;
}

/** Objects of both charts. */
export class Rendered {
  public constructor(public readonly objects: readonly Manifest[]) {}

  /** The one object of that kind and name; of a name that follows its content, the part before the hash will do. */
  public find(kind: string, name: string): Manifest {
    const found = this.objects.filter((object) => object.kind === kind && object.metadata.name.replace(/-[0-9a-f]{8}$/, '') === name);
    const [object] = found;
    if (!object || found.length > 1)
      throw new Error(`${found.length} objects are ${kind} ${name}; there are: ${this.names(kind).join(', ')}`);
    return object;
  }

  public names(kind: string): string[] {
    return this.objects.filter((object) => object.kind === kind).map((object) => object.metadata.name);
  }
}

/** The smallest project with changes merged into its file, rendered. */
export function render(changes: object = {}, staticFiles?: DjangoStackProps['staticFiles'], pages?: DjangoStackProps['pages']): Rendered {
  const app = new App();
  const resolved = config(changes);
  const charts = [new Base(app, 'base', resolved), new DjangoStack(app, 'stack', { config: resolved, staticFiles, pages })];
  const wrong = applyOverrides(charts, resolved.overrides);
  if (wrong.length > 0) throw new Error(wrong.map(({ message }) => message).join('\n'));
  return new Rendered(charts.flatMap((chart) => Testing.synth(chart) as Manifest[]));
}
