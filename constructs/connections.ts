/** Who connects to whom: what the network lets through. */
import type { Config } from '../config/resolve';
import { PORTS as OPERATED } from './cloudnative-pg/components';
import type { Component } from './component';
import type { Components } from './components';
import { pooledDatabaseOf, type Database } from './database';
import { PORT as HTTP } from './gunicorn/port';
import { EXPORTER_PORT } from './monitor';
import type { NetworkProps } from './network';
import { PORTS } from './nginx/conf/settings';
import { METRICS_PORT } from './nginx/exporter';

const alone = (list: readonly { readonly component: Component }[]) => list.map(({ component }) => component);

/** `database` is where it is, without the pooler. */
export function connectionsOf(config: Config, components: Components, database: Database): NetworkProps {
  const { migrate, nginx, backup, drill } = components;
  const { balance, metrics } = config.nginx;
  const { external } = config.postgres;
  const operated = alone(components.cloudNativePg);
  const postgres = [...components.postgres, ...operated];
  const gunicorn = alone(components.gunicorn);
  const poolers = alone(components.pooler);
  const monitors = alone(components.monitor);
  const bucket = [...components.offsite, ...components.offsiteDrill];
  // With a pooler the application has no other way to the database; what needs a session goes around it.
  const clients = [migrate, backup, ...(poolers.length > 0 ? poolers : gunicorn), ...monitors];
  const resolving = [migrate, ...gunicorn, backup, nginx, ...poolers, ...monitors, ...alone(bucket)];
  return {
    release: config,
    components: [...postgres, ...resolving, drill],
    edges: [
      ...gunicorn.map((to) => ({ from: nginx, to, port: HTTP.containerPort })),
      ...clients.flatMap((from) => postgres.map((to) => ({ from, to, port: database.port }))),
      ...poolers.flatMap((to) => gunicorn.map((from) => ({ from, to, port: pooledDatabaseOf(config).port }))),
      ...operated.flatMap((one) => Object.values(OPERATED).map((port) => ({ from: one, to: one, port }))),
    ],
    outside: [
      ...(external ? clients.map((from) => ({ from, to: external.addresses, port: external.port })) : []),
      ...balance.servers.map(({ address, port }) => ({ from: nginx, to: [`${address}/32`], port })),
      ...bucket.map(({ component: from, settings: { addresses: to, port } }) => ({ from, to, port })),
    ],
    fromNamespaces: [
      ...(metrics ? [{ namespace: metrics.namespace, to: nginx, port: METRICS_PORT.containerPort }] : []),
      ...components.monitor.map(({ component: to, settings: { namespace } }) => ({ namespace, to, port: EXPORTER_PORT.containerPort })),
      ...components.cloudNativePg.flatMap(({ component: to, settings: { operatorNamespace: namespace } }) =>
        Object.values(OPERATED).map((port) => ({ namespace, to, port })),
      ),
    ],
    anywhere: operated.length > 0 ? [...operated, ...poolers] : [],
    resolving,
    dns: config.cluster.dns,
    open: { component: nginx, ports: [PORTS.http.containerPort, PORTS.https.containerPort] },
    egress: { components: [...gunicorn, migrate], to: config.django.egress },
  };
}
