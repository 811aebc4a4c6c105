import { Construct } from 'constructs';
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import type { Component } from '../component';
import { ConfigFiles } from '../config-files';
import { finish } from '../finish';
import * as pod from '../pod';
import { RUNTIME_DIRECTORY, runtimeFiles, runtimePath } from '../runtime-files';
import { POSTGRES_PASSWORD, type SecretContract } from '../secrets';
import { serviceAccount } from '../service-account';
import { layout } from './layout';
import { POSTGRES_PORT, serverCommand, serverEnvironment, serverFolders } from './server';

/** Where Postgres listens, by the name that probes, Services and policies use. */
export const PORT = { name: 'postgresql', containerPort: POSTGRES_PORT } as const;

/** Properties of `Postgres`. */
export interface PostgresProps {
  readonly component: Component;
  readonly settings: Config['postgres'];
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  readonly secret: SecretContract;
}

const SAME_MAJOR = 'same-major.sh';
/** Time for a recovery after a crash, and for a checkpoint before a stop. Seconds. */
const RECOVERY = 1800;
const CHECKPOINT = 120;

/** The database: one pod with a volume that outlives it. */
export class Postgres extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: PostgresProps,
  ) {
    super(scope, id);
    const serviceAccountName = serviceAccount(this, props.component);
    const runtime = new ConfigFiles(this, 'runtime', { component: props.component, text: runtimeFiles(SAME_MAJOR) });
    this.service();
    this.statefulSet(serviceAccountName, runtime.name);
  }

  private service() {
    new k8s.KubeService(this, 'service', {
      metadata: this.props.component.metadata(),
      spec: {
        clusterIp: 'None',
        selector: { ...this.props.component.selectorLabels },
        ports: [{ name: PORT.name, port: PORT.containerPort, targetPort: k8s.IntOrString.fromString(PORT.name) }],
      },
    });
  }

  private statefulSet(serviceAccountName: string, runtime: string) {
    const statefulSet = new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: this.props.component.metadata(),
      spec: {
        replicas: 1,
        serviceName: this.props.component.name,
        selector: { matchLabels: { ...this.props.component.selectorLabels } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        template: { metadata: { labels: { ...this.props.component.labels } }, spec: this.podSpec(serviceAccountName, runtime) },
        volumeClaimTemplates: [this.claim()],
      },
    });
    // With all that the API would add to it: without its kind, Argo CD's server-side apply sees a difference for ever, and without
    // its status `kubectl apply` does. The type has room for neither.
    finish(statefulSet, (json) => {
      const spec = json.spec as { volumeClaimTemplates: object[] };
      const volumeClaimTemplates = spec.volumeClaimTemplates.map((claim) => ({
        ...k8s.KubePersistentVolumeClaim.GVK,
        ...claim,
        status: { phase: 'Pending' },
      }));
      return { ...json, spec: { ...spec, volumeClaimTemplates } };
    });
  }

  /** Nothing in it may ever change but by hand: neither its size nor its labels can. */
  private claim(): k8s.KubePersistentVolumeClaimProps {
    const { storage, storageClass } = this.props.settings;
    return {
      metadata: { name: 'data', labels: { ...this.props.component.selectorLabels } },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: storageClass,
        volumeMode: 'Filesystem',
        resources: { requests: { storage: pod.bytesQuantity(storage) } },
      },
    };
  }

  private podSpec(serviceAccountName: string, runtime: string): k8s.PodSpec {
    const { settings, secret, imagePullSecrets } = this.props;
    const { mountPath } = layout(settings.version);
    const password = pod.secretVolume('secret-postgres', secret.name, secret.keys);
    const files = pod.configVolume('runtime', runtime);
    const server = serverFolders(settings);
    return {
      serviceAccountName,
      ...pod.restrictedPod,
      imagePullSecrets: pod.pullSecrets(imagePullSecrets),
      terminationGracePeriodSeconds: CHECKPOINT,
      initContainers: [this.sameMajor(pod.readOnly(files, RUNTIME_DIRECTORY))],
      containers: [this.container([{ name: 'data', mountPath }, pod.readOnly(password, secret.directory), ...server.volumeMounts])],
      volumes: [files, password, ...server.volumes],
    };
  }

  /** Keeps Postgres from making an empty database beside that of another major. */
  private sameMajor(runtime: k8s.VolumeMount): k8s.Container {
    const { settings, imagePullPolicy } = this.props;
    const { mountPath, pgdata } = layout(settings.version);
    return {
      name: 'same-major',
      image: settings.image,
      imagePullPolicy,
      ...pod.restrictedContainer,
      command: ['bash', runtimePath(SAME_MAJOR), mountPath, pgdata, `${settings.version}`],
      resources: pod.resourceRequirements(settings.resources),
      volumeMounts: [runtime, { name: 'data', mountPath, readOnly: true }],
    };
  }

  private container(volumeMounts: k8s.VolumeMount[]): k8s.Container {
    const { settings, secret, imagePullPolicy } = this.props;
    // Over TCP, as the server that only prepares a new database listens on its socket.
    const ready = ['pg_isready', '-q', '-h', '127.0.0.1', '-p', `${PORT.containerPort}`, '-U', settings.user, '-d', settings.database];
    return {
      name: 'postgres',
      image: settings.image,
      imagePullPolicy,
      ...pod.restrictedContainer,
      args: serverCommand(settings),
      env: pod.environment({
        ...serverEnvironment(settings),
        POSTGRES_DB: settings.database,
        POSTGRES_USER: settings.user,
        POSTGRES_PASSWORD_FILE: `${secret.directory}/${POSTGRES_PASSWORD}`,
      }),
      ports: [PORT],
      resources: pod.resourceRequirements(settings.resources),
      startupProbe: { exec: { command: ready }, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: RECOVERY / 5 },
      readinessProbe: { exec: { command: ready }, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
      livenessProbe: {
        tcpSocket: { port: k8s.IntOrString.fromString(PORT.name) },
        periodSeconds: 10,
        timeoutSeconds: 5,
        failureThreshold: 6,
      },
      // A "smart" stop, which SIGTERM asks for, would wait for every open connection. Waiting here, the hook would die with the server.
      lifecycle: { preStop: { exec: { command: ['pg_ctl', 'stop', '--mode=fast', '--no-wait'] } } },
      volumeMounts,
    };
  }
}
