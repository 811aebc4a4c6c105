import { Chart, Testing, type App } from 'cdk8s';

/** An object as it is written. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Every object of a chart, in the order in which it is written. */
export const manifestsOf = (chart: Chart): Manifest[] => Testing.synth(chart) as Manifest[];

/** Every object of an app, in the order in which it is written. */
export function manifests(app: App): Manifest[] {
  return app.node.children.filter((child) => Chart.isChart(child)).flatMap(manifestsOf);
}
