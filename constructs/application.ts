/** A container of the user's image: the environment and the files that the project needs, in whatever pod it runs. */
import { everyGunicorn } from '../config/gunicorn';
import { isDevice } from '../config/quantity';
import type { Config } from '../config/resolve';
import type { k8s } from '../imports';
import { databaseOf, tlsMounts, tlsVariables, tlsVolumes, type Database } from './database';
import * as pod from './pod';
import { RUNTIME_DIRECTORY } from './runtime-files';
import { secretContracts, type DatabaseRole, type SecretContracts } from './secrets';

/** Settings of a project that its containers share. */
export interface ApplicationProps {
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  readonly django: Config['django'];
  readonly database: Database;
  /** Who it is in the database. */
  readonly role: DatabaseRole;
  readonly secrets: SecretContracts;
  /** Whether some of its containers have GPUs of NVIDIA. */
  readonly gpus: boolean;
}

/** Those of a release, of a component that is in the database in that role. */
export const applicationOf = (config: Config, role: DatabaseRole, database = databaseOf(config)): ApplicationProps => {
  const { image, imagePullPolicy, imagePullSecrets, django } = config;
  const gpus = everyGunicorn(config).some(({ settings: { gpu } }) => gpu.count > 0 && gpu.resource.startsWith('nvidia.com/'));
  return { image, imagePullPolicy, imagePullSecrets, django, database, role, secrets: secretContracts(config), gpus };
};

/** The files that `runtime/` programs in the user's image share. */
export const SHARED_RUNTIME = ['environment.py', 'project.py', 'model_changes.py', 'manage.py'] as const;

/**
 * For a container that asks for no device: an image with CUDA says `all`, and where the NVIDIA runtime is the default of a node, that gives it
 * every GPU there. Sources: NVIDIA, "Specialized Configurations with Docker" of the Container Toolkit; README of k8s-device-plugin.
 */
const NO_GPU = { NVIDIA_VISIBLE_DEVICES: 'void' };
const asksForDevices = ({ limits = {} }: k8s.ResourceRequirements = {}) => Object.keys(limits).some(isDevice);

function variables({ django, database, role }: ApplicationProps): Record<string, string> {
  const hosts = django.hosts.map((host) => `https://${host.startsWith('.') ? `*${host}` : host}`);
  return {
    HOME: pod.TMP,
    DJANGO_SETTINGS_MODULE: django.settings,
    DJANGO_DIRECTORY: django.directory,
    DJANGO_ALLOWED_HOSTS: django.hosts.join(','),
    DJANGO_CSRF_TRUSTED_ORIGINS: hosts.join(','),
    POSTGRES_HOST: database.host,
    POSTGRES_PORT: `${database.port}`,
    POSTGRES_DB: database.name,
    // Where the login changes with its password, both are in the Secret.
    ...(role === 'app' ? {} : { POSTGRES_USER: database.roles[role] }),
    // Read by the project's settings, and checked by pooled.py.
    ...(database.pooled ? { POSTGRES_DISABLE_SERVER_SIDE_CURSORS: 'true' } : {}),
    ...tlsVariables(database),
    ...django.env,
  };
}

/** Volumes and containers of the user's image. `runtime` names the ConfigMap of the programs in it. */
export class Application {
  /** Volumes that a pod with such containers needs. */
  public readonly volumes: k8s.Volume[];
  /** `imagePullSecrets` of such a pod. */
  public readonly pullSecrets: k8s.LocalObjectReference[] | undefined;
  private readonly mounts: k8s.VolumeMount[];

  public constructor(
    private readonly props: ApplicationProps,
    runtime: string,
    tmpBytes: number,
  ) {
    const secrets = [props.secrets.django, props.secrets[`postgres-${props.role}`]];
    const tmp = pod.scratch('tmp', tmpBytes);
    const files = pod.configVolume('runtime', runtime);
    this.volumes = [files, ...secrets.map(pod.secretVolume), ...tlsVolumes(props.database), tmp];
    this.mounts = [
      pod.readOnly(files, RUNTIME_DIRECTORY),
      ...secrets.map((secret) => pod.secretMount(secret)),
      ...tlsMounts(props.database),
      pod.mount(tmp, pod.TMP),
    ];
    this.pullSecrets = pod.pullSecrets(props.imagePullSecrets);
  }

  /** A restricted container of the image; `env` and `volumeMounts` come on top of what every such container has. */
  public container(
    name: string,
    { env = {}, volumeMounts = [], ...rest }: Omit<k8s.Container, 'name' | 'env'> & { readonly env?: Readonly<Record<string, string>> },
  ): k8s.Container {
    return {
      name,
      image: this.props.image,
      imagePullPolicy: this.props.imagePullPolicy,
      ...pod.restrictedContainer,
      env: pod.environment({ ...(this.props.gpus && !asksForDevices(rest.resources) ? NO_GPU : {}), ...variables(this.props), ...env }),
      volumeMounts: [...this.mounts, ...volumeMounts],
      ...rest,
    };
  }
}
