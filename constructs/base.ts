import { Chart } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Config } from '../config/resolve';
import { k8s } from '../imports';
import { Component, KEPT, releaseLabels } from './component';
import * as pod from './pod';

/** Names of the claims that outlive the stack. */
export const claimNames = ({ release }: Pick<Config, 'release'>) => ({ backup: `${release}-backup`, media: `${release}-media` });

/** What outlives a release, and a `kubectl delete -f` of the stack: the namespace, and the claims for dumps and uploaded files. */
export class Base extends Chart {
  public constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.ownNamespace(config);
    const names = claimNames(config);
    const backup = new Component(config, 'backup', config.postgres.image);
    this.claim(backup, { name: names.backup, accessMode: 'ReadWriteOnce', ...config.backup, wave: -1 });
    if (config.django.media) {
      this.claim(new Component(config, 'gunicorn', config.image), { name: names.media, ...config.django.media, wave: 0 });
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
