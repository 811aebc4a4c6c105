import { metrics as metricsOf } from '../metrics';

/** Counters of Nginx for Prometheus: connections and requests. */
export const metrics = metricsOf({
  image: 'docker.io/nginx/nginx-prometheus-exporter:1.5.3',
  runs: 'Image of the exporter, which runs beside Nginx in each pod.',
  port: 9113,
  resources: {
    requests: { cpu: '10m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
    limits: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
  },
});
