import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { formatBytes } from '../../config/quantity';
import type { CloudNativePg, Config } from '../../config/resolve';
import { k8s } from '../../imports';
import type { Component } from '../component';
import * as pod from '../pod';
import { parameters } from '../postgres/server';
import { sharedMemory } from '../postgres/sizing';
import type { SecretContract } from '../secrets';
import { archive, ARCHIVE } from './archive';
import { API, BARMAN_CLOUD } from './components';

type Settings = Config['postgres'];

/** Properties of `Cluster`. */
export interface ClusterProps {
  readonly component: Component;
  readonly settings: Settings;
  readonly operated: CloudNativePg;
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  /** Of the administrator, as the operator reads it. */
  readonly secret: SecretContract;
  /** Credentials for the bucket of the archive.
   * @default - there is no archive */
  readonly archiveSecret?: SecretContract;
}

/** With this many, one may be lost while another waits for what it acknowledges. */
const QUORUM = 3;
/** That of the official image, so that rows sort alike whoever runs the server. */
const USUAL_LOCALE = 'en_US.utf8';
const LIBRARIES = 'shared_preload_libraries';

/** The servers, which the operator runs from this one object, and their archive. */
export class Cluster extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ClusterProps,
  ) {
    super(scope, id);
    const { component, settings, operated, imagePullSecrets } = props;
    const { storage, storageClass, resources, pooler } = settings;
    const { memory, 'ephemeral-storage': scratch } = resources.limits;
    const spec = {
      instances: operated.instances,
      imageName: operated.image,
      imagePullPolicy: props.imagePullPolicy,
      imagePullSecrets: pod.pullSecrets(imagePullSecrets),
      bootstrap: this.bootstrap(),
      postgresql: this.postgresql(),
      storage: { size: formatBytes(storage), storageClass },
      resources: k8s.toJson_ResourceRequirements(pod.resourceRequirements(resources)),
      ephemeralVolumesSizeLimit: { shm: formatBytes(sharedMemory(memory)), temporaryData: formatBytes(scratch) },
      // The pooler shows the certificate of the servers.
      certificates: pooler && { serverAltDNSNames: pooler.hosts },
      ...this.archived(),
    };
    new ApiObject(this, 'cluster', { apiVersion: API, kind: 'Cluster', metadata: component.metadata(), spec });
    if (operated.archive && props.archiveSecret) archive(this, component, operated.archive, props.archiveSecret);
  }

  /** What there is before the migration Job makes the roles: the database, and an administrator that may make them. */
  private bootstrap() {
    const { settings, operated, secret } = this.props;
    const { database, user: owner } = settings;
    const own = { database, owner, secret: { name: secret.name } };
    if (operated.recovery) {
      const { from: source, at: targetTime } = operated.recovery;
      return { recovery: { source, ...own, ...(targetTime === undefined ? {} : { recoveryTarget: { targetTime } }) } };
    }
    const postInitApplicationSQL = [`ALTER ROLE "${owner}" CREATEROLE CREATEDB`];
    return { initdb: { ...own, ...this.locale(), dataChecksums: true, postInitApplicationSQL } };
  }

  private locale() {
    const { provider, name } = this.props.settings.locale ?? { provider: 'libc', name: USUAL_LOCALE };
    // That of the C library is not named: initdb before 15 knows no other.
    const named = {
      libc: { locale: name },
      icu: { localeProvider: provider, icuLocale: name },
      builtin: { localeProvider: provider, builtinLocale: name },
    };
    return { encoding: 'UTF8', ...named[provider] };
  }

  private postgresql() {
    const { settings, operated } = this.props;
    const { [LIBRARIES]: libraries, ...others } = parameters(settings);
    const dataDurability = operated.instances < QUORUM ? 'preferred' : 'required';
    return {
      parameters: others,
      [LIBRARIES]: libraries?.split(',').map((library) => library.trim()),
      synchronous: operated.instances > 1 ? { method: 'any', number: 1, dataDurability } : undefined,
    };
  }

  /** Where the servers archive to, and where a new one begins from. */
  private archived() {
    const { component, operated } = this.props;
    const { archive: to, recovery } = operated;
    const barmanObjectName = component.suffixed(ARCHIVE);
    return {
      plugins: to && [{ name: BARMAN_CLOUD, isWALArchiver: true, parameters: { barmanObjectName } }],
      externalClusters: recovery && [
        { name: recovery.from, plugin: { name: BARMAN_CLOUD, parameters: { barmanObjectName, serverName: recovery.from } } },
      ],
    };
  }
}
