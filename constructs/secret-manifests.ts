import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { k8s } from '../imports';
import { releaseLabels, type ReleaseProps } from './component';
import type { SecretContract } from './secrets';

/** A Secret and the values of its keys. */
export interface FilledSecret {
  readonly contract: SecretContract;
  readonly values: Readonly<Record<string, Buffer>>;
}

/** Properties of `SecretManifests`. */
export interface SecretManifestsProps {
  readonly release: ReleaseProps;
  readonly secrets: readonly FilledSecret[];
}

/** Secrets with their values. Not a part of the stack: it is written beside the values, never into `dist/`. */
export class SecretManifests extends Chart {
  public constructor(scope: Construct, id: string, { release, secrets }: SecretManifestsProps) {
    super(scope, id);
    for (const { contract, values } of secrets) {
      // Typed as the API has it: cdk8s-plus writes stringData only, which `kubectl apply` reports as changed every time.
      new k8s.KubeSecret(this, contract.id, {
        metadata: {
          name: contract.name,
          namespace: release.namespace,
          labels: { ...releaseLabels(release) },
        },
        type: contract.type,
        data: Object.fromEntries(contract.keys.map((key) => [key, values[key]?.toString('base64') ?? ''])),
      });
    }
  }
}
