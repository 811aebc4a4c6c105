import { ApiObject, Chart } from 'cdk8s';
import type { IApplication } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application';
import type { Construct } from 'constructs';
import type { Config } from '../config/resolve';
import { releaseLabels } from './component';

/** Properties of `Application`. */
export interface ArgoApplicationProps {
  readonly config: Config;
  readonly settings: NonNullable<Config['argocd']>;
}

/** Where Argo CD itself runs, and reads its Applications from. */
const ARGOCD_NAMESPACE = 'argocd';

/** Between attempts: three minutes at most, so that a mended commit does not wait for long. */
const BACKOFF = { duration: '10s', factor: 2, maxDuration: '3m' };

/** With a field that Argo CD has since 3.2, and the package does not know. */
type Retry = NonNullable<NonNullable<IApplication['spec']['syncPolicy']>['retry']> & { readonly refresh: boolean };

/** An `Application` that lets Argo CD apply what `dist/<environment>/` holds. */
export class ArgoApplication extends Chart {
  public constructor(scope: Construct, id: string, { config, settings }: ArgoApplicationProps) {
    super(scope, id);
    const { repository, revision, path, project, destination, automated, syncOptions } = settings;
    // The newest commit at every attempt: a migration that fails does so each time, until it is mended.
    const retry: Retry = { limit: settings.retry.limit, refresh: true, backoff: BACKOFF };
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
        project,
        source: { repoURL: repository, targetRevision: revision, path },
        destination: { ...destination, namespace: config.namespace },
        syncPolicy: { ...(automated ? { automated } : {}), ...(syncOptions.length > 0 ? { syncOptions } : {}), retry },
      },
    };
    new ApiObject(this, 'application', application);
  }
}
