import { Construct } from 'constructs';
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import type { Component } from '../component';
import { ConfigFiles } from '../config-files';
import { finish } from '../finish';
import * as pod from '../pod';
import { RUNTIME_DIRECTORY, runtimeFiles, runtimePath } from '../runtime-files';
import type { SecretContract } from '../secrets';
import { serviceAccount } from '../service-account';
import { container } from './container';
import { layout } from './layout';
import { PORT, serverFolders } from './server';

/** Properties of `Postgres`. */
export interface PostgresProps {
  readonly component: Component;
  readonly settings: Config['postgres'];
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  readonly secret: SecretContract;
}

const SAME_MAJOR = 'same-major.sh';
/** Time for a checkpoint before a stop. Seconds. */
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
      containers: [container(this.props, [{ name: 'data', mountPath }, pod.readOnly(password, secret.directory), ...server.volumeMounts])],
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
}
