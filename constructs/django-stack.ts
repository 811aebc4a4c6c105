import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { everyGunicorn } from '../config/gunicorn';
import { applicationConnections, type Config } from '../config/resolve';
import { applicationOf } from './application';
import { Backup } from './backup';
import { backupClaim, claimNames } from './claims';
import { CloudNativePgPooler } from './cloudnative-pg/pooler';
import { componentsOf, type Components } from './components';
import { connectionsOf } from './connections';
import { databaseOf, pooledDatabaseOf, type Database } from './database';
import { Drill } from './drill';
import type { DumpProps } from './dump';
import { Gunicorn } from './gunicorn/gunicorn';
import { mediaOf } from './media';
import { Migration } from './migration';
import { Monitor } from './monitor';
import { Network } from './network';
import { Nginx } from './nginx/nginx';
import type { Pages } from './nginx/pages';
import type { StaticFile } from './nginx/static-files';
import { upstreamsOf } from './nginx/upstreams';
import { Offsite } from './offsite';
import { Pooler } from './pooler/pooler';
import { Postgres } from './postgres/postgres';
import { monitorSecret, offsiteDrillSecret, offsiteSecret, poolerSecret, secretContracts, type SecretContracts } from './secrets';
import { gunicornDrain } from './timing';

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

/** Everything of a release that comes and goes with it, in the order in which things depend on each other. */
export class DjangoStack extends Chart {
  private readonly config: Config;
  private readonly components: Components;
  private readonly database: Database;
  private readonly secrets: SecretContracts;
  private readonly images: Pick<Config, 'imagePullPolicy' | 'imagePullSecrets'>;

  public constructor(scope: Construct, id: string, props: DjangoStackProps) {
    super(scope, id);
    const { config } = props;
    this.config = config;
    this.components = componentsOf(config);
    this.database = databaseOf(config);
    this.secrets = secretContracts(config);
    this.images = { imagePullPolicy: config.imagePullPolicy, imagePullSecrets: config.imagePullSecrets };
    const dump = this.dump();
    new Network(this, 'network', connectionsOf(config, this.components, this.database));
    this.postgres();
    this.migration(dump);
    this.site(props);
    const { backup } = this.components;
    new Backup(this, 'backup', { component: backup, imagePullSecrets: config.imagePullSecrets, dump, media: mediaOf(config) });
    this.drills();
    this.offsite();
  }

  /** The database, and what stands beside it. */
  private postgres() {
    const { config, components, images, database, secrets } = this;
    for (const component of components.postgres) {
      const { certificate } = database;
      const settings = config.postgres;
      const claim = claimNames(config).postgres;
      new Postgres(this, 'postgres', { component, ...images, settings, secret: secrets.postgres, certificate, claim });
    }
    this.pooler();
    for (const { component, settings } of components.monitor) {
      new Monitor(this, 'monitor', { component, ...images, settings, database, secret: monitorSecret(config.release) });
    }
  }

  private pooler() {
    const { config, images, database, secrets } = this;
    const { tls, cloudNativePg } = config.postgres;
    const timeouts = everyGunicorn(config).map(({ settings: { timeout } }) => timeout);
    const bounds = { clients: applicationConnections(config), timeout: Math.max(...timeouts) };
    for (const { component, settings } of this.components.pooler) {
      const common = { component, ...images, settings, ...bounds };
      if (cloudNativePg) {
        new CloudNativePgPooler(this, 'pooler', { ...common, cluster: cloudNativePg.cluster });
        continue;
      }
      const users = poolerSecret(config.release);
      new Pooler(this, 'pooler', { ...common, database, certificate: secrets['pooler-tls'], issuer: tls.issuer, users });
    }
  }

  private migration(dump: DumpProps) {
    const { config, components, database } = this;
    const application = applicationOf(config, 'owner', database);
    const { migrate: settings, postgres } = config;
    new Migration(this, 'migrate', { component: components.migrate, application, settings, postgres, dump });
  }

  private site({ staticFiles, pages }: DjangoStackProps) {
    const { config, components, images, secrets } = this;
    const { hosts } = config.django;
    const media = mediaOf(config);
    const drain = gunicornDrain(config.cluster);
    for (const { name, component, settings } of components.gunicorn) {
      const application = { ...applicationOf(config, 'app', pooledDatabaseOf(config)), image: settings.image };
      new Gunicorn(this, name, { component, application, settings, drain, migrate: config.migrate, media });
    }
    new Nginx(this, 'nginx', {
      component: components.nginx,
      ...images,
      settings: config.nginx,
      hosts,
      secrets: Object.values(secrets).filter(({ readers }) => readers.includes('nginx')),
      upstreams: upstreamsOf(config, components),
      dns: config.cluster.dns,
      staticFiles,
      pages,
      media,
    });
  }

  private dump(): DumpProps {
    const { image: applicationImage, imagePullPolicy, postgres, backup: settings, migrate, offsite } = this.config;
    const { database, secrets } = this;
    const backups = backupClaim(this.config);
    const secret = secrets['postgres-backup'];
    const { image } = postgres;
    return { image, imagePullPolicy, applicationImage, settings, database, secret, backups, wait: migrate.wait, offsite };
  }

  private drills() {
    const { config, components, images } = this;
    const { postgres, drill, backup: room } = config;
    const backups = { source: 'local', ...backupClaim(config) } as const;
    new Drill(this, 'drill', { component: components.drill, ...images, postgres, settings: drill, backups });
    for (const { component, settings: bucket } of components.offsiteDrill) {
      new Drill(this, 'offsite-drill', {
        component,
        ...images,
        postgres,
        settings: { ...drill, ...bucket.drill },
        backups: { source: 'off-site', bucket, secret: offsiteDrillSecret(bucket.drill.secretName), room },
      });
    }
  }

  private offsite() {
    const { config, components, images, database } = this;
    const props = { ...images, image: config.postgres.image, database: database.name, backups: backupClaim(config) };
    for (const { component, settings } of components.offsite) {
      new Offsite(this, 'offsite', { component, ...props, settings, secret: offsiteSecret(config.release) });
    }
  }
}
