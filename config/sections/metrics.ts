import { z } from 'zod';
import { dnsLabel, image, labelKey } from '../names';
import { duration, must, section, text, type Meta } from '../types';
import { resources } from './resources';

const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

const serviceMonitor = section({
  labels: z
    .record(
      labelKey(),
      text('a value of a label: at most 63 letters, digits, "-", "_" and "."', LABEL_VALUE),
      must('values of labels by name'),
    )
    .default({})
    .meta({
      description: 'Labels by which your Prometheus chooses ServiceMonitors, such as `release: kube-prometheus-stack`.',
      expected: 'values of labels by name',
    } satisfies Meta),
  interval: duration('5s', '10m')
    .prefault('30s')
    .meta({ description: 'Time between two readings.' } satisfies Meta),
});

/** What differs between exporters. */
interface Exporter {
  /** Default. */
  readonly image: string;
  /** The sentence of `image`. */
  readonly runs: string;
  readonly port: number;
  readonly resources: Parameters<typeof resources>[1];
}

/** Counters of a component for Prometheus. */
export const metrics = ({ image: official, runs, port, resources: amounts }: Exporter) =>
  section({
    image: image()
      .default(official)
      .meta({ description: runs } satisfies Meta),
    namespace: dnsLabel()
      .default('monitoring')
      .meta({
        description: `Namespace of Prometheus: its pods may connect to the exporter, on port ${port}, and no others.`,
      } satisfies Meta),
    serviceMonitor: z
      .union([z.literal(false), serviceMonitor], must('false or a group of settings'))
      .prefault({})
      .meta({
        description: 'ServiceMonitor for the Prometheus Operator; `false` for none, where the cluster lacks it.',
        expected: 'false or a group of settings',
      } satisfies Meta),
    resources: resources('the exporter', amounts),
  });
