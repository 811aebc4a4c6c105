/** Commands that rotations have in common. */
interface Release {
  readonly release: string;
  readonly namespace: string;
}

/** New pods in place of all that serve, without a gap. */
export const restart = ({ release, namespace }: Release, component: 'gunicorn' | 'pooler' | 'monitor' = 'gunicorn'): string[] => [
  `kubectl -n ${namespace} rollout restart deployment/${release}-${component}`,
  `kubectl -n ${namespace} rollout status deployment/${release}-${component}`,
];
