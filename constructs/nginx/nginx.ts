import { Construct } from 'constructs';
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import type { Component, ComponentName } from '../component';
import { ConfigFiles } from '../config-files';
import { disruptionBudget } from '../disruption-budget';
import * as pod from '../pod';
import type { SecretContract } from '../secrets';
import { serviceAccount } from '../service-account';
import { DRAIN, LAST_BREATH } from '../timing';
import { grace, nginxConf } from './conf/nginx-conf';
import { DIRECTORIES, HEALTH_PATH, PORTS, type ConfSettings } from './conf/settings';
import type { Mount } from './mount';
import { service } from './service';
import { packStaticFiles, type StaticFile } from './static-files';

/** Properties of `Nginx`. */
export interface NginxProps {
  readonly component: Component;
  readonly settings: Config['nginx'];
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  readonly hosts: readonly string[];
  readonly tls: SecretContract;
  readonly upstream: ConfSettings['upstream'];
  /** The cluster's DNS server. */
  readonly dns: string;
  /** @default - Nginx serves no static files */
  readonly staticFiles?: readonly StaticFile[];
  /** Claim for uploaded files, where they stand on the site, and the components that must share a node where only one mounts it.
   * @default - Nginx serves no uploaded files */
  readonly media?: { readonly claim: string; readonly url: string; readonly oneNode?: readonly ComponentName[] };
}

/** The web server in front: TLS, static files, and a reverse proxy that balances over the pods of Gunicorn. */
export class Nginx extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: NginxProps,
  ) {
    super(scope, id);
    const { component, settings } = props;
    const serviceAccountName = serviceAccount(this, component);
    const mounts = [this.conf(), ...this.staticFiles(), ...this.media(), this.certificate(), this.scratch()];
    service(this, component, settings.service);
    this.deployment(this.podSpec(serviceAccountName, mounts));
    disruptionBudget(this, component, settings.replicas);
  }

  private conf(): Mount {
    const { component, settings, hosts, upstream, dns, tls, media } = this.props;
    const text = nginxConf({ nginx: settings, hosts, upstream, dns, tlsDirectory: tls.directory, media: media && { url: media.url } });
    const { name } = new ConfigFiles(this, 'conf', { component, text: { 'nginx.conf': text } });
    return { volume: pod.configVolume('conf', name), path: DIRECTORIES.conf };
  }

  /** All static files as one tree, from as many ConfigMaps as it takes. */
  private staticFiles(): Mount[] {
    if (!this.props.staticFiles) return [];
    const sources = packStaticFiles(this.props.staticFiles).map((files, index) => {
      const binary = Object.fromEntries(files.map(({ key, content }) => [key, content]));
      const { name } = new ConfigFiles(this, `static-${index}`, { component: this.props.component, suffix: `static-${index}`, binary });
      return { configMap: { name, items: files.map(({ key, path }) => ({ key, path })) } };
    });
    return [{ volume: { name: 'static', projected: { sources } }, path: DIRECTORIES.static }];
  }

  private media(): Mount[] {
    const { media } = this.props;
    if (!media) return [];
    return [{ volume: { name: 'media', persistentVolumeClaim: { claimName: media.claim, readOnly: true } }, path: DIRECTORIES.media }];
  }

  private certificate(): Mount {
    const { name, keys, directory } = this.props.tls;
    return { volume: pod.secretVolume('secret-tls', name, keys), path: directory };
  }

  private scratch(): Mount {
    return { volume: pod.scratch('tmp', this.props.settings.resources.limits['ephemeral-storage']), path: pod.TMP, writable: true };
  }

  private deployment(spec: k8s.PodSpec) {
    const { component, settings, media } = this.props;
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: component.metadata(),
      spec: {
        replicas: settings.replicas,
        revisionHistoryLimit: 3,
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxSurge: k8s.IntOrString.fromNumber(media?.oneNode ? 0 : 1),
            maxUnavailable: k8s.IntOrString.fromNumber(media?.oneNode ? 1 : 0),
          },
        },
        selector: { matchLabels: { ...component.selectorLabels } },
        template: { metadata: { labels: { ...component.labels } }, spec },
      },
    });
  }

  private podSpec(serviceAccountName: string, mounts: readonly Mount[]): k8s.PodSpec {
    const { component, settings, media, imagePullSecrets } = this.props;
    const { podAntiAffinity, topologySpreadConstraints } = pod.spread(component.selectorLabels);
    const podAffinity = media?.oneNode ? pod.together(component.labels, media.oneNode) : undefined;
    return {
      serviceAccountName,
      ...pod.restrictedPod,
      imagePullSecrets: pod.pullSecrets(imagePullSecrets),
      affinity: { podAntiAffinity, podAffinity },
      topologySpreadConstraints,
      terminationGracePeriodSeconds: DRAIN + grace(settings) + LAST_BREATH,
      containers: [this.container(mounts)],
      volumes: mounts.map(({ volume }) => volume),
    };
  }

  private container(mounts: readonly Mount[]): k8s.Container {
    const { settings, imagePullPolicy } = this.props;
    const port = k8s.IntOrString.fromString(PORTS.health.name);
    const health = { httpGet: { path: HEALTH_PATH, port } };
    return {
      name: 'nginx',
      image: settings.image,
      imagePullPolicy,
      ...pod.restrictedContainer,
      command: ['nginx', '-c', `${DIRECTORIES.conf}/nginx.conf`],
      ports: Object.values(PORTS),
      resources: pod.resourceRequirements(settings.resources),
      startupProbe: { ...health, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 60 },
      readinessProbe: { ...health, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
      livenessProbe: {
        tcpSocket: { port: k8s.IntOrString.fromString(PORTS.https.name) },
        periodSeconds: 10,
        timeoutSeconds: 3,
        failureThreshold: 6,
      },
      lifecycle: { preStop: { exec: { command: ['sleep', `${DRAIN}`] } } },
      volumeMounts: mounts.map(({ volume, path, writable }) => (writable ? pod.mount(volume, path) : pod.readOnly(volume, path))),
    };
  }
}
