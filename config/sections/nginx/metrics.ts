import { z } from 'zod';
import { dnsLabel, image, labelKey } from '../../names';
import { duration, must, section, text, type Meta } from '../../types';
import { resources } from '../resources';

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

/** Counters of Nginx for Prometheus: connections and requests. */
export const metrics = section({
  image: image()
    .default('docker.io/nginx/nginx-prometheus-exporter:1.5.3')
    .meta({ description: 'Image of the exporter, which runs beside Nginx in each pod.' } satisfies Meta),
  namespace: dnsLabel()
    .default('monitoring')
    .meta({ description: 'Namespace of Prometheus: its pods may connect to the exporter, on port 9113, and no others.' } satisfies Meta),
  serviceMonitor: z
    .union([z.literal(false), serviceMonitor], must('false or a group of settings'))
    .prefault({})
    .meta({
      description: 'ServiceMonitor for the Prometheus Operator; `false` for none, where the cluster lacks it.',
      expected: 'false or a group of settings',
    } satisfies Meta),
  resources: resources('the exporter', {
    requests: { cpu: '10m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
    limits: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
  }),
});
