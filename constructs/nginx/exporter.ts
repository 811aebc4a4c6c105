import type { Config } from '../../config/resolve';
import type { k8s } from '../../imports';
import { exporterContainer } from '../metrics';
import { STATUS_URL } from './conf/status';

type Metrics = NonNullable<Config['nginx']['metrics']>;

/** Where Prometheus reads the counters. */
export const METRICS_PORT = { name: 'metrics', containerPort: 9113 } as const;

/** The container beside Nginx that hands its counters on. A plain one: Kubernetes before 1.29 knows no sidecars. */
export const exporter = (settings: Metrics, imagePullPolicy: string): k8s.Container =>
  exporterContainer({ settings, imagePullPolicy, port: METRICS_PORT, own: { args: [`--nginx.scrape-uri=${STATUS_URL}`] } });
