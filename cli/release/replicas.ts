/** Numbers of pods that an autoscaler sees to from now on. */
import type { Manifest } from '../../constructs/manifests';
import type { Asking } from '../kubectl';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

interface Deployment extends Manifest {
  readonly spec?: { readonly replicas?: number };
}

interface Autoscaler extends Manifest {
  readonly spec: { readonly minReplicas: number; readonly scaleTargetRef: { readonly name: string } };
}

const leastOf = (name: string, manifests: readonly Manifest[]) =>
  manifests
    .filter((object): object is Autoscaler => object.kind === 'HorizontalPodAutoscaler')
    .find(({ spec }) => spec.scaleTargetRef.name === name)?.spec.minReplicas;

/**
 * Lets the Deployments keep the number of pods that they have, where an earlier release gave it and this one does not: `kubectl apply`
 * would take it away with the field, and Kubernetes would put 1 in its place until the autoscaler has noticed. One that somebody has stopped
 * gets its least number: an autoscaler leaves 0 alone. Source: Kubernetes, "Implicit maintenance-mode deactivation".
 */
export async function keepReplicas(kubectl: Asking, manifests: readonly Manifest[]): Promise<void> {
  for (const { metadata, spec } of manifests.filter((object): object is Deployment => object.kind === 'Deployment')) {
    if (spec?.replicas !== undefined) continue;
    const { items } = await kubectl.json<{ items: Deployment[] }>(
      'get',
      'deployments',
      '--field-selector',
      `metadata.name=${metadata.name}`,
    );
    const least = leastOf(metadata.name, manifests);
    if (items[0]?.spec?.replicas === 0 && least !== undefined)
      await kubectl.run(['scale', `deployment/${metadata.name}`, `--replicas=${least}`]);
    const applied = JSON.parse(items[0]?.metadata.annotations?.[LAST_APPLIED] ?? '{}') as Deployment;
    if (applied.spec?.replicas === undefined) continue;
    const input = JSON.stringify({ ...applied, spec: { ...applied.spec, replicas: undefined } });
    await kubectl.run(['apply', 'set-last-applied', '--filename', '-'], { input });
  }
}
