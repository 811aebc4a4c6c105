/** What the Jobs that restore the database have in common. */
import type { Construct } from 'constructs';
import type { Config } from '../../config/resolve';
import type { k8s } from '../../imports';
import { applicationOf, type ApplicationProps } from '../application';
import { Component } from '../component';
import { clientVariables, databaseOf, tlsMounts } from '../database';
import * as pod from '../pod';
import { programContainer } from '../program';
import { RestoreJob, type BackupSource } from './job';

/** Where a database comes from that is to be the live one. */
export type Source =
  | BackupSource
  /** A file that pg_dump has written, of that many bytes, which comes through `INCOMING`; `checksum` is its SHA-256 in hexadecimal. */
  | { readonly kind: 'file'; readonly format: 'plain' | 'custom'; readonly checksum: string; readonly bytes: number }
  /** A database that is there. */
  | { readonly kind: 'kept' };

/** Databases that take part, by name. */
export interface Databases {
  /** Is to be the live one. */
  readonly restored: string;
  /** What the live one is called afterwards. */
  readonly aside: string;
}

/** Properties of `Restore` and `Swap`. */
export interface RestoreProps extends Databases {
  readonly config: Config;
  readonly source: Source;
}

/** A Job with pods of the component `migrate`, whose way to the database is open. */
export class DatabaseJob extends RestoreJob {
  protected readonly application: ApplicationProps;

  public constructor(
    scope: Construct,
    id: string,
    protected readonly props: RestoreProps,
  ) {
    const { config, restored } = props;
    super(scope, id, config, new Component(config, 'migrate', config.image));
    this.application = applicationOf(config, 'owner', { ...databaseOf(config), name: restored });
  }

  /** A container with the programs of Postgres, as the administrator of the live database. */
  protected container(name: string, args: string[], env: Record<string, string>, volumeMounts: k8s.VolumeMount[]): k8s.Container {
    const { config } = this;
    const { restored } = this.props;
    const database = databaseOf(config);
    return programContainer({
      name,
      image: config.postgres.image,
      imagePullPolicy: config.imagePullPolicy,
      args,
      env: {
        ...clientVariables(database, database.administrator),
        RESTORED: restored,
        WAIT_SECONDS: `${config.migrate.wait}`,
        ...env,
      },
      resources: config.backup.resources,
      volumeMounts: [
        pod.secretMount(this.application.secrets.postgres),
        ...tlsMounts(database),
        { name: 'tmp', mountPath: pod.TMP },
        ...volumeMounts,
      ],
    });
  }
}
