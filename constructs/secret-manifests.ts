import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { k8s } from '../imports';
import { releaseLabels, type ReleaseProps } from './component';
import { POSTGRES_PASSWORD, type SecretContract } from './secrets';

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

/** The operator gives the database a new password as soon as it is here. Source: CloudNativePG, "Password management". */
const RELOADED = { 'cnpg.io/reload': 'true' };

const encoded = (value: Buffer = Buffer.alloc(0)) => value.toString('base64');

/** The password under the names that Kubernetes has for it, beside the user. */
const basicAuth = ({ username }: SecretContract, values: FilledSecret['values']): Record<string, string> =>
  username === undefined ? {} : { username: encoded(Buffer.from(username)), password: encoded(values[POSTGRES_PASSWORD]) };

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
          labels: { ...releaseLabels(release), ...(contract.username === undefined ? {} : RELOADED) },
        },
        type: contract.type,
        data: { ...Object.fromEntries(contract.keys.map((key) => [key, encoded(values[key])])), ...basicAuth(contract, values) },
      });
    }
  }
}
