import { Chart } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Config } from '../config/resolve';
import { k8s } from '../imports';
import { claimNames } from './claims';
import { Cluster } from './cloudnative-pg/cluster';
import { Component, KEPT, releaseLabels } from './component';
import { componentsOf } from './components';
import * as pod from './pod';
import { secretContracts } from './secrets';

/** What outlives a release, and a `kubectl delete -f` of the stack: the namespace, and the database, dumps and uploaded files. */
export class Base extends Chart {
  public constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.ownNamespace(config);
    const names = claimNames(config);
    const { image, kind } = config.postgres;
    const one = { accessMode: 'ReadWriteOnce' };
    this.cluster(config);
    if (kind === 'cluster')
      this.claim(new Component(config, 'postgres', image), { name: names.postgres, ...one, ...config.postgres, wave: -2 });
    this.claim(new Component(config, 'backup', image), { name: names.backup, ...one, ...config.backup, wave: -1 });
    if (config.django.media) {
      this.claim(new Component(config, 'gunicorn', config.image), { name: names.media, ...config.django.media, wave: 0 });
    }
  }

  /** Whoever deletes it deletes its volumes. */
  private cluster(config: Config) {
    const { imagePullPolicy, imagePullSecrets, postgres: settings } = config;
    const { postgres: secret, archive } = secretContracts(config);
    for (const { component, settings: operated } of componentsOf(config).cloudNativePg) {
      const images = { imagePullPolicy, imagePullSecrets };
      new Cluster(this, 'cluster', { component, settings, operated, ...images, secret, archiveSecret: archive });
    }
  }

  private ownNamespace({ namespace, ...config }: Config) {
    new Namespace(this, 'namespace', {
      metadata: {
        name: namespace,
        labels: {
          ...releaseLabels({ ...config, namespace }),
          ...Object.fromEntries(['enforce', 'warn', 'audit'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted'])),
        },
        annotations: { ...KEPT, 'argocd.argoproj.io/sync-wave': '-3' },
      },
    });
  }

  private claim(
    component: Component,
    {
      name,
      accessMode,
      storage,
      storageClass,
      wave,
    }: { name: string; accessMode: string; storage: number; storageClass?: string; wave: number },
  ) {
    new k8s.KubePersistentVolumeClaim(this, name, {
      // It is bound with the first pod that mounts it, and must not hold back the wave of that pod.
      metadata: {
        ...component.metadata({ annotations: { ...KEPT, 'argocd.argoproj.io/sync-wave': `${wave}` } }),
        name,
        // Without the version: it outlives that.
        labels: { ...component.selectorLabels, ...releaseLabels(component.release) },
      },
      spec: { accessModes: [accessMode], storageClassName: storageClass, resources: { requests: { storage: pod.bytesQuantity(storage) } } },
    });
  }
}
