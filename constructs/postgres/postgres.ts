import { Construct } from 'constructs';
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import { certificate } from '../certificate';
import type { Component } from '../component';
import { ConfigFiles } from '../config-files';
import { disruptionBudget } from '../disruption-budget';
import * as pod from '../pod';
import { RUNTIME_DIRECTORY, runtimeFiles, runtimePath } from '../runtime-files';
import type { SecretContract } from '../secrets';
import { serviceAccount } from '../service-account';
import { container, SERVER } from './container';
import { layout } from './layout';
import { PORT, serverFolders } from './server';
import { renewal, TLS_FILES } from './tls';

/** Properties of `Postgres`. */
export interface PostgresProps {
  readonly component: Component;
  readonly settings: Config['postgres'];
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  readonly secret: SecretContract;
  /** With it, connections from outside are encrypted.
   * @default - they are not */
  readonly certificate?: SecretContract;
  /** Claim that the data are kept in. */
  readonly claim: string;
}

const SAME_MAJOR = 'same-major.sh';
/** Time for a checkpoint before a stop. Seconds. */
const CHECKPOINT = 120;
/** What a drain does to the one pod, said in the object that lets it or not. */
const DRAINS = {
  allow: { maxUnavailable: 1, description: 'A drain stops the database, which starts again on another node that its volume can go to.' },
  refuse: { maxUnavailable: 0, description: 'A drain waits until somebody deletes the pod of the database, which then starts elsewhere.' },
} as const;

/** The database: one pod with a volume that outlives it. */
export class Postgres extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: PostgresProps,
  ) {
    super(scope, id);
    const serviceAccountName = serviceAccount(this, props.component);
    const runtime = new ConfigFiles(this, 'runtime', {
      component: props.component,
      text: runtimeFiles(SAME_MAJOR, ...(props.certificate ? TLS_FILES : [])),
    });
    this.service();
    this.statefulSet(serviceAccountName, runtime.name);
    const { maxUnavailable, description } = DRAINS[props.settings.drain];
    disruptionBudget(this, props.component, maxUnavailable, description);
    const { issuer, hosts } = props.settings.tls;
    if (props.certificate) certificate(this, props.component, { issuer, secretName: props.certificate.name, dnsNames: hosts });
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
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: this.props.component.metadata(),
      spec: {
        replicas: 1,
        serviceName: this.props.component.name,
        selector: { matchLabels: { ...this.props.component.selectorLabels } },
        template: {
          // The container that kubectl means where it is told none.
          metadata: { labels: { ...this.props.component.labels }, annotations: { 'kubectl.kubernetes.io/default-container': SERVER } },
          spec: this.podSpec(serviceAccountName, runtime),
        },
      },
    });
  }

  private podSpec(serviceAccountName: string, runtime: string): k8s.PodSpec {
    const { settings, secret, certificate, claim, imagePullSecrets } = this.props;
    const { mountPath } = layout(settings.version);
    const data = pod.claimVolume('data', claim);
    const files = pod.configVolume('runtime', runtime);
    const programs = pod.readOnly(files, RUNTIME_DIRECTORY);
    const server = serverFolders(settings);
    const encrypted = certificate ? [programs, pod.secretMount(certificate)] : [];
    return {
      serviceAccountName,
      ...pod.restrictedPod,
      imagePullSecrets: pod.pullSecrets(imagePullSecrets),
      terminationGracePeriodSeconds: CHECKPOINT,
      initContainers: [this.sameMajor([programs, pod.readOnly(data, mountPath)])],
      containers: [
        container(this.props, [pod.mount(data, mountPath), pod.secretMount(secret), ...encrypted, ...server.volumeMounts]),
        ...(certificate ? [renewal(this.props, certificate, [...encrypted, ...server.beside])] : []),
      ],
      volumes: [data, files, ...[secret, ...(certificate ? [certificate] : [])].map(pod.secretVolume), ...server.volumes],
    };
  }

  /** Keeps Postgres from making an empty database beside that of another major. */
  private sameMajor(volumeMounts: k8s.VolumeMount[]): k8s.Container {
    const { settings, imagePullPolicy } = this.props;
    const { mountPath, pgdata } = layout(settings.version);
    return {
      name: 'same-major',
      image: settings.image,
      imagePullPolicy,
      ...pod.restrictedContainer,
      command: ['bash', runtimePath(SAME_MAJOR), mountPath, pgdata, `${settings.version}`],
      resources: pod.resourceRequirements(settings.resources),
      volumeMounts,
    };
  }
}
