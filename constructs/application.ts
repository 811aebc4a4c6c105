/** A container of the user's image: the environment and the files that the project needs, in whatever pod it runs. */
import type { Config } from '../config/resolve';
import type { k8s } from '../imports';
import * as pod from './pod';
import { RUNTIME_DIRECTORY } from './runtime-files';
import type { SecretContracts } from './secrets';

/** Settings of a project that its containers share. */
export interface ApplicationProps {
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  readonly django: Config['django'];
  /** Where the database listens. */
  readonly database: { readonly host: string; readonly port: number; readonly name: string; readonly user: string };
  readonly secrets: SecretContracts;
}

/** The files that `runtime/` programs in the user's image share. */
export const SHARED_RUNTIME = ['environment.py', 'project.py', 'model_changes.py', 'manage.py'] as const;

function variables({ django, database }: ApplicationProps): Record<string, string> {
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
    POSTGRES_USER: database.user,
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
    const { django, postgres } = props.secrets;
    const tmp = pod.scratch('tmp', tmpBytes);
    const files = pod.configVolume('runtime', runtime);
    const secrets = [django, postgres].map((secret) => ({
      secret,
      volume: pod.secretVolume(`secret-${secret.id}`, secret.name, secret.keys),
    }));
    this.volumes = [files, ...secrets.map(({ volume }) => volume), tmp];
    this.mounts = [
      pod.readOnly(files, RUNTIME_DIRECTORY),
      ...secrets.map(({ secret, volume }) => pod.readOnly(volume, secret.directory)),
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
      env: pod.environment({ ...variables(this.props), ...env }),
      volumeMounts: [...this.mounts, ...volumeMounts],
      ...rest,
    };
  }
}
