import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Config } from '../config/resolve';
import type { ApplicationProps } from './application';
import { Backup } from './backup';
import { claimNames } from './base';
import { Component } from './component';
import { Drill } from './drill';
import type { DumpProps } from './dump';
import { Gunicorn } from './gunicorn/gunicorn';
import { PORT as HTTP } from './gunicorn/port';
import { Migration } from './migration';
import { Network } from './network';
import { PORTS } from './nginx/conf/settings';
import { METRICS_PORT } from './nginx/exporter';
import { Nginx } from './nginx/nginx';
import type { Pages } from './nginx/pages';
import type { StaticFile } from './nginx/static-files';
import { Postgres } from './postgres/postgres';
import { PORT as POSTGRESQL } from './postgres/server';
import { secretContracts } from './secrets';

/** Properties of `DjangoStack`. */
export interface DjangoStackProps {
  readonly config: Config;
  /** Content of `nginx.static.directory`.
   * @default - Nginx serves no static files from ConfigMaps */
  readonly staticFiles?: readonly StaticFile[];
  /** Content of `nginx.errorPages` and `nginx.maintenance.page`.
   * @default - Nginx answers with its own pages */
  readonly pages?: Pages;
}

/** Components that mount the volume of uploaded files. */
const MEDIA_READERS = ['gunicorn', 'nginx'] as const;

function components(config: Config) {
  return {
    postgres: new Component(config, 'postgres', config.postgres.image),
    migrate: new Component(config, 'migrate', config.image),
    gunicorn: new Component(config, 'gunicorn', config.image),
    nginx: new Component(config, 'nginx', config.nginx.image),
    backup: new Component(config, 'backup', config.postgres.image),
    drill: new Component(config, 'drill', config.postgres.image),
  };
}

/** Everything of a release that comes and goes with it, in the order in which things depend on each other. */
export class DjangoStack extends Chart {
  public constructor(scope: Construct, id: string, { config, staticFiles, pages }: DjangoStackProps) {
    super(scope, id);
    const { image, imagePullPolicy, imagePullSecrets, django } = config;
    const { postgres, migrate, gunicorn, nginx, backup, drill } = components(config);
    const images = { imagePullPolicy, imagePullSecrets };
    const secrets = secretContracts(config);
    const claims = claimNames(config);
    const database = { host: postgres.name, port: POSTGRESQL.containerPort, name: config.postgres.database, user: config.postgres.user };
    const application: ApplicationProps = { image, ...images, django, database, secrets };
    const dump: DumpProps = {
      image: config.postgres.image,
      imagePullPolicy,
      applicationImage: image,
      settings: config.backup,
      database,
      secret: secrets.postgres,
      claim: claims.backup,
      wait: config.migrate.wait,
    };

    const media = django.media && {
      ...django.media,
      claim: claims.media,
      oneNode: django.media.accessMode === 'ReadWriteOnce' ? MEDIA_READERS : undefined,
    };

    const clients = [migrate, gunicorn, backup];
    new Network(this, 'network', {
      release: config,
      components: [postgres, ...clients, nginx, drill],
      edges: [
        { from: nginx, to: gunicorn, port: HTTP.containerPort },
        ...clients.map((from) => ({ from, to: postgres, port: POSTGRESQL.containerPort })),
      ],
      outside: config.nginx.balance.servers.map(({ address, port }) => ({ from: nginx, address, port })),
      fromNamespaces: config.nginx.metrics
        ? [{ namespace: config.nginx.metrics.namespace, to: nginx, port: METRICS_PORT.containerPort }]
        : [],
      resolving: [...clients, nginx],
      dns: config.cluster.dns,
      open: { component: nginx, ports: [PORTS.http.containerPort, PORTS.https.containerPort] },
      egress: { components: [gunicorn, migrate], to: django.egress },
    });
    new Postgres(this, 'postgres', { component: postgres, ...images, settings: config.postgres, secret: secrets.postgres });
    new Migration(this, 'migrate', { component: migrate, application, settings: config.migrate, dump });
    new Gunicorn(this, 'gunicorn', {
      component: gunicorn,
      application,
      settings: config.gunicorn,
      migrate: config.migrate,
      media,
    });
    new Nginx(this, 'nginx', {
      component: nginx,
      ...images,
      settings: config.nginx,
      hosts: django.hosts,
      secrets: Object.values(secrets).filter(({ readers }) => readers.includes('nginx')),
      upstream: {
        address: `${gunicorn.name}.${config.namespace}.svc.${config.cluster.domain}`,
        port: HTTP.containerPort,
        portName: HTTP.name,
      },
      dns: config.cluster.dns,
      staticFiles,
      pages,
      media,
    });
    new Backup(this, 'backup', { component: backup, imagePullSecrets, dump });
    new Drill(this, 'drill', { component: drill, ...images, postgres: config.postgres, settings: config.drill, claim: claims.backup });
  }
}
