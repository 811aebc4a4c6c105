import { Construct } from 'constructs';
import type { GunicornPods } from '../../config/gunicorn';
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import { Application, SHARED_RUNTIME, type ApplicationProps } from '../application';
import { autoscaler, fixedReplicas } from '../autoscaler';
import { besideOthers, type SharedClaim } from '../claims';
import type { Component } from '../component';
import { ConfigFiles } from '../config-files';
import { deployment } from '../deployment';
import { oneAtATime } from '../disruption-budget';
import { nodeAffinity, nodesOf, onNodes } from '../nodes';
import * as pod from '../pod';
import { runtimeFiles, runtimePath } from '../runtime-files';
import { serviceAccount } from '../service-account';
import { GUNICORN_KEEP_ALIVE, stopTime } from '../timing';
import { gpuLimits } from './gpu';
import { PORT } from './port';
import { probes } from './probes';

/** Properties of `Gunicorn`. */
export interface GunicornProps {
  readonly component: Component;
  readonly application: ApplicationProps;
  readonly settings: GunicornPods;
  /** Time in which a pod that is told to stop still takes requests. Seconds. */
  readonly drain: number;
  /** What a pod waits for: the migrations, and how long. */
  readonly migrate: Pick<Config['migrate'], 'deadline' | 'missingMigrations'>;
  /** Claim for uploaded files, and where the project expects it.
   * @default - none */
  readonly media?: SharedClaim & { readonly path: string };
}

/** Shared memory of a pod that has no GPU, for Gunicorn's heartbeat. */
const HEARTBEAT_MEMORY = 64 * 1024 ** 2;

/** Serves the Django application, or some of its paths: pods behind a headless Service, whose addresses the front balances over. */
export class Gunicorn extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: GunicornProps,
  ) {
    super(scope, id);
    const { component, settings } = props;
    const serviceAccountName = serviceAccount(this, component);
    const runtime = new ConfigFiles(this, 'runtime', {
      component,
      text: runtimeFiles('gunicorn.conf.py', 'going_away.py', 'migrated.py', 'pooled.py', ...SHARED_RUNTIME),
    });
    this.service();
    deployment(this, {
      component,
      replicas: fixedReplicas(settings.replicas),
      surge: settings.surge,
      progressDeadline: settings.progressDeadline,
      podSpec: this.podSpec(serviceAccountName, runtime.name),
    });
    oneAtATime(this, component, settings.replicas.min);
    autoscaler(this, component, settings.replicas);
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

  private podSpec(serviceAccountName: string, runtime: string): k8s.PodSpec {
    const { settings, drain, application, media } = this.props;
    const { gpu } = settings;
    const app = new Application(application, runtime, settings.resources.limits['ephemeral-storage']);
    // Data loaders of GPU programs hand tensors over in shared memory.
    const shm = pod.memory('shm', gpu.count > 0 ? Math.floor(settings.resources.limits.memory / 2) : HEARTBEAT_MEMORY);
    const mediaVolume = media && pod.claimVolume('media', media.claim);
    const { podAntiAffinity, topologySpreadConstraints } = pod.spread(this.props.component.selectorLabels);
    const nodes = media?.oneNode?.nodes ?? nodesOf(settings);
    return {
      serviceAccountName,
      ...pod.restrictedPod,
      imagePullSecrets: app.pullSecrets,
      runtimeClassName: gpu.count > 0 ? gpu.runtimeClass : undefined,
      ...onNodes(nodes),
      affinity: {
        podAntiAffinity,
        podAffinity: besideOthers(media, this.props.component),
        nodeAffinity: nodeAffinity(nodes, settings.nodeAffinity.preferred),
      },
      topologySpreadConstraints,
      terminationGracePeriodSeconds: stopTime(settings.gracefulTimeout, drain),
      initContainers: [this.gate(app)],
      containers: [
        this.container(app, [pod.mount(shm, '/dev/shm'), ...(media && mediaVolume ? [pod.mount(mediaVolume, media.path)] : [])]),
      ],
      volumes: [...app.volumes, shm, ...(mediaVolume ? [mediaVolume] : [])],
    };
  }

  /** Keeps a new pod from serving before the database has its migrations. */
  private gate(app: Application): k8s.Container {
    const { settings, migrate } = this.props;
    return app.container('migrated', {
      command: ['python3', runtimePath('migrated.py'), '--wait', `${migrate.deadline}`, '--missing-migrations', migrate.missingMigrations],
      resources: pod.resourceRequirements(settings.resources),
    });
  }

  private container(app: Application, volumeMounts: k8s.VolumeMount[]): k8s.Container {
    const { settings, drain, application } = this.props;
    const { django } = application;
    const asgi = django.interface === 'asgi';
    return app.container('gunicorn', {
      command: [
        'gunicorn',
        '-c',
        runtimePath('gunicorn.conf.py'),
        '-w',
        `${settings.workers}`,
        ...(asgi ? ['-k', 'asgi'] : []),
        '-b',
        `0.0.0.0:${PORT.containerPort}`,
      ],
      args: [`${django.project}.${django.interface}:application`, '--chdir', django.directory],
      env: {
        GUNICORN_THREADS: `${settings.threads}`,
        GUNICORN_TIMEOUT: `${settings.timeout}`,
        GUNICORN_GRACEFUL_TIMEOUT: `${settings.gracefulTimeout}`,
        GUNICORN_KEEP_ALIVE: `${GUNICORN_KEEP_ALIVE}`,
        GUNICORN_MAX_REQUESTS: `${settings.maxRequests}`,
        ...(asgi ? { POSTGRES_POOL_SIZE: `${settings.connections}` } : {}),
      },
      ports: [PORT],
      resources: pod.resourceRequirements(settings.resources, gpuLimits(settings.gpu)),
      ...probes(django),
      lifecycle: { preStop: { exec: { command: ['sleep', `${drain}`] } } },
      volumeMounts,
    });
  }
}
