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
import { HEALTH_PATH, PORTS, type ConfSettings } from './conf/settings';
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

const STATIC_DIRECTORY = '/srv/static';
const MEDIA_DIRECTORY = '/srv/media';
const CONF_DIRECTORY = '/etc/nginx/site';

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
    const conf = new ConfigFiles(this, 'conf', { component, text: { 'nginx.conf': nginxConf(this.confSettings()) } });
    const volumes = [pod.configVolume('conf', conf.name), ...this.staticVolume()];
    this.service();
    this.deployment(serviceAccountName, volumes);
    disruptionBudget(this, component, settings.replicas);
  }

  private confSettings(): ConfSettings {
    const { settings, hosts, upstream, dns, tls, media } = this.props;
    return {
      hosts,
      upstream,
      dns,
      workers: Math.ceil(settings.resources.limits.cpu / 1000),
      tlsDirectory: tls.directory,
      httpsPort: settings.service.https,
      uploadLimit: settings.uploadLimit,
      timeouts: settings.timeouts,
      static: settings.static && { url: settings.static.url, directory: STATIC_DIRECTORY, maxAge: settings.static.maxAge },
      media: media && { url: media.url, directory: MEDIA_DIRECTORY },
    };
  }

  /** All static files as one tree, from as many ConfigMaps as it takes. */
  private staticVolume(): k8s.Volume[] {
    if (!this.props.staticFiles) return [];
    const sources = packStaticFiles(this.props.staticFiles).map((files, index) => {
      const binary = Object.fromEntries(files.map(({ key, content }) => [key, content]));
      const { name } = new ConfigFiles(this, `static-${index}`, { component: this.props.component, suffix: `static-${index}`, binary });
      return { configMap: { name, items: files.map(({ key, path }) => ({ key, path })) } };
    });
    return [{ name: 'static', projected: { sources } }];
  }

  private service() {
    const { type, http, https, httpNodePort, httpsNodePort } = this.props.settings.service;
    const port = (name: string, number: number, nodePort?: number) => ({
      name,
      port: number,
      nodePort,
      targetPort: k8s.IntOrString.fromString(name),
    });
    new k8s.KubeService(this, 'service', {
      metadata: this.props.component.metadata(),
      spec: {
        type,
        selector: { ...this.props.component.selectorLabels },
        ports: [port(PORTS.http.name, http, httpNodePort), port(PORTS.https.name, https, httpsNodePort)],
      },
    });
  }

  private deployment(serviceAccountName: string, files: k8s.Volume[]) {
    const { settings, media } = this.props;
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: this.props.component.metadata(),
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
        selector: { matchLabels: { ...this.props.component.selectorLabels } },
        template: { metadata: { labels: { ...this.props.component.labels } }, spec: this.podSpec(serviceAccountName, files) },
      },
    });
  }

  private podSpec(serviceAccountName: string, files: k8s.Volume[]): k8s.PodSpec {
    const { settings, tls, media, imagePullSecrets } = this.props;
    const { podAntiAffinity, topologySpreadConstraints } = pod.spread(this.props.component.selectorLabels);
    const secret = pod.secretVolume('secret-tls', tls.name, tls.keys);
    const tmp = pod.scratch('tmp', settings.resources.limits['ephemeral-storage']);
    const uploads: k8s.Volume[] = media ? [{ name: 'media', persistentVolumeClaim: { claimName: media.claim, readOnly: true } }] : [];
    const podAffinity = media?.oneNode ? pod.together(this.props.component.labels, media.oneNode) : undefined;
    const directories: Record<string, string> = { conf: CONF_DIRECTORY, static: STATIC_DIRECTORY, media: MEDIA_DIRECTORY };
    return {
      serviceAccountName,
      ...pod.restrictedPod,
      imagePullSecrets: pod.pullSecrets(imagePullSecrets),
      affinity: { podAntiAffinity, podAffinity },
      topologySpreadConstraints,
      terminationGracePeriodSeconds: DRAIN + grace(settings) + LAST_BREATH,
      containers: [
        this.container([
          ...[...files, ...uploads].map((volume) => pod.readOnly(volume, directories[volume.name] ?? '')),
          pod.readOnly(secret, tls.directory),
          pod.mount(tmp, pod.TMP),
        ]),
      ],
      volumes: [...files, ...uploads, secret, tmp],
    };
  }

  private container(volumeMounts: k8s.VolumeMount[]): k8s.Container {
    const { settings, imagePullPolicy } = this.props;
    const port = k8s.IntOrString.fromString(PORTS.health.name);
    const health = { httpGet: { path: HEALTH_PATH, port } };
    return {
      name: 'nginx',
      image: settings.image,
      imagePullPolicy,
      ...pod.restrictedContainer,
      command: ['nginx', '-c', `${CONF_DIRECTORY}/nginx.conf`],
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
      volumeMounts,
    };
  }
}
