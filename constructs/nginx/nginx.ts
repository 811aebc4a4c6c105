import { Construct } from 'constructs';
import { dnsNames } from '../../config/names';
import type { Config } from '../../config/resolve';
import type { k8s } from '../../imports';
import { autoscaler, fixedReplicas } from '../autoscaler';
import { certificate } from '../certificate';
import { nodeOf, type SharedClaim } from '../claims';
import type { Component } from '../component';
import { ConfigFiles } from '../config-files';
import { deployment } from '../deployment';
import { oneAtATime } from '../disruption-budget';
import { notEmpty } from '../empty';
import { metrics } from '../metrics';
import * as pod from '../pod';
import type { SecretContract } from '../secrets';
import { serviceAccount } from '../service-account';
import { nginxDrain, stopTime } from '../timing';
import { cacheVolumes, type CacheVolume } from './cache-volume';
import { grace, nginxConf } from './conf/nginx-conf';
import { DIRECTORIES, type ConfSettings } from './conf/settings';
import { refuseTooLarge } from './conf-size';
import { container, NGINX_CONF } from './container';
import { exporter, METRICS_PORT } from './exporter';
import { gateway } from './gateway';
import { ingress } from './ingress';
import type { Mount } from './mount';
import { service } from './service';
import type { Pages } from './pages';
import type { StaticFile } from './static-files';
import { staticTree, type StaticTree } from './static/static-tree';

/** Properties of `Nginx`. */
export interface NginxProps {
  readonly component: Component;
  readonly settings: Config['nginx'];
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  readonly hosts: readonly string[];
  /** Secrets that it reads. */
  readonly secrets: readonly SecretContract[];
  readonly upstreams: ConfSettings['upstreams'];
  /** The cluster's DNS server. */
  readonly dns: string;
  /** Content of `nginx.static.directory`.
   * @default - Nginx serves no static files from ConfigMaps */
  readonly staticFiles?: readonly StaticFile[];
  /** @default - Nginx answers with its own pages */
  readonly pages?: Pages;
  /** Claim for uploaded files, and where they stand on the site.
   * @default - Nginx serves no uploaded files */
  readonly media?: SharedClaim & { readonly url: string };
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
    const files = staticTree(this, { ...props, files: props.staticFiles });
    const cache = cacheVolumes(props);
    const mounts = [this.conf(), ...files.mounts, ...this.pages(), ...this.media(), ...this.secrets(), ...cache.mounts, this.scratch()];
    certificate(this, component, { ...settings.tls, dnsNames: dnsNames(settings.tls.hosts) });
    service(this, component, settings.service);
    ingress(this, component, settings);
    gateway(this, component, settings);
    if (settings.metrics) metrics(this, component, METRICS_PORT, settings.metrics.serviceMonitor);
    deployment(this, {
      component,
      replicas: fixedReplicas(settings.replicas),
      surge: props.media?.oneNode ? 0 : 1,
      podSpec: this.podSpec(serviceAccountName, mounts, files, cache),
    });
    oneAtATime(this, component, settings.replicas.min);
    autoscaler(this, component, settings.replicas);
  }

  private conf(): Mount {
    const { component, settings, hosts, upstreams, dns, media } = this.props;
    const confSettings = { nginx: settings, hosts, upstreams, dns, media: media && { url: media.url } };
    const text = nginxConf(confSettings);
    refuseTooLarge(text, confSettings);
    const { name } = new ConfigFiles(this, 'conf', { component, text: { [NGINX_CONF]: text } });
    return { volume: pod.configVolume('conf', name), path: DIRECTORIES.conf };
  }

  private pages(): Mount[] {
    const { component, pages = {} } = this.props;
    if (Object.keys(pages).length === 0) return [];
    const { name } = new ConfigFiles(this, 'pages', { component, suffix: 'pages', text: pages });
    return [{ volume: pod.configVolume('pages', name), path: DIRECTORIES.pages }];
  }

  private media(): Mount[] {
    const { media } = this.props;
    if (!media) return [];
    return [{ volume: pod.claimVolume('media', media.claim), path: DIRECTORIES.media }];
  }

  private secrets(): Mount[] {
    return this.props.secrets.map((secret) => ({ volume: pod.secretVolume(secret), path: secret.directory }));
  }

  private scratch(): Mount {
    return { volume: pod.scratch('tmp', this.props.settings.resources.limits['ephemeral-storage']), path: pod.TMP, writable: true };
  }

  private podSpec(serviceAccountName: string, mounts: readonly Mount[], files: StaticTree, cache: CacheVolume): k8s.PodSpec {
    const { component, settings, media, imagePullSecrets } = this.props;
    const { podAntiAffinity, topologySpreadConstraints } = pod.spread(component.selectorLabels);
    const { affinity, ...node } = nodeOf(media, component);
    return {
      serviceAccountName,
      ...pod.restrictedPod,
      imagePullSecrets: pod.pullSecrets(imagePullSecrets),
      ...node,
      affinity: { podAntiAffinity, ...affinity },
      topologySpreadConstraints,
      terminationGracePeriodSeconds: stopTime(grace(settings), nginxDrain(settings)),
      initContainers: notEmpty([...files.initContainers, ...cache.initContainers]),
      containers: [
        container(this.props, mounts, cache.env),
        ...(settings.metrics ? [exporter(settings.metrics, this.props.imagePullPolicy)] : []),
      ],
      volumes: [...mounts.map(({ volume }) => volume), ...files.volumes],
    };
  }
}
