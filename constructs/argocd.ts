import { ApiObject, Chart } from 'cdk8s';
import type { IApplication } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application';
import type { Construct } from 'constructs';
import type { Config } from '../config/resolve';
import { releaseLabels } from './component';

/** Properties of `Application`. */
export interface ArgoApplicationProps {
  readonly config: Config;
  readonly settings: NonNullable<Config['argocd']>;
  /** Folder of the environment's manifests in the repository. */
  readonly path: string;
}

/** Where Argo CD itself runs, and reads its Applications from. */
const ARGOCD_NAMESPACE = 'argocd';

/** An `Application` that lets Argo CD apply what `dist/<environment>/` holds. */
export class ArgoApplication extends Chart {
  public constructor(scope: Construct, id: string, { config, settings, path }: ArgoApplicationProps) {
    super(scope, id);
    const application: IApplication = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        // Release and environment in one, and one of a kind.
        name: config.namespace,
        namespace: ARGOCD_NAMESPACE,
        labels: { ...releaseLabels(config) },
      },
      spec: {
        project: 'default',
        source: { repoURL: settings.repository, targetRevision: settings.revision, path },
        destination: { server: 'https://kubernetes.default.svc', namespace: config.namespace },
        syncPolicy: {
          ...(settings.automated ? { automated: { prune: true, selfHeal: true } } : {}),
          retry: { limit: 5, backoff: { duration: '10s', factor: 2, maxDuration: '3m' } },
        },
      },
    };
    new ApiObject(this, 'application', application);
  }
}
