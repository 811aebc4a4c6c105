/** What the linters find because an environment's file asks for it; docs/testing.md says why. */
import { everyGunicorn } from '../../config/gunicorn';
import { imageParts } from '../../config/names';
import type { Config } from '../../config/resolve';

export interface Exception {
  /** What the file says, as the table has it. */
  readonly setting: string;
  readonly rules: readonly string[];
  readonly asked: (config: Config, object: string) => boolean;
}

const images = ({ image, nginx, postgres, offsite }: Config) => [
  image,
  nginx.image,
  postgres.image,
  ...(nginx.static?.image ? [nginx.static.image.name, ...nginx.static.previousImages] : []),
  ...[nginx.metrics, postgres.metrics, postgres.pooler].flatMap((one) => one?.image ?? []),
  ...(offsite ? [offsite.image] : []),
];
/** Settings of the pods of Gunicorn that are called so. */
const gunicornOf = (config: Config, object: string) =>
  everyGunicorn(config).find(({ name }) => object === `${config.release}-${name}`)?.settings;
const replicas = (config: Config, object: string) =>
  gunicornOf(config, object)?.replicas.min ??
  {
    [`${config.release}-nginx`]: config.nginx.replicas.min,
    [`${config.release}-pooler`]: config.postgres.pooler?.replicas,
  }[object];

export const EXCEPTIONS: readonly Exception[] = [
  {
    setting: 'an image without a digest',
    rules: ['CKV_K8S_43'],
    asked: (config) => images(config).some((image) => imageParts(image)?.digest === undefined),
  },
  {
    setting: '`imagePullPolicy: IfNotPresent`',
    rules: ['container-image-pull-policy', 'CKV_K8S_15'],
    asked: ({ imagePullPolicy }) => imagePullPolicy === 'IfNotPresent',
  },
  {
    setting: '`replicas: 1`',
    rules: ['deployment-replicas'],
    asked: (config, object) => replicas(config, object) === 1,
  },
  {
    setting: 'no `django.healthPath`',
    rules: ['pod-probes-identical'],
    asked: (config, object) => gunicornOf(config, object) !== undefined && config.django.healthPath === undefined,
  },
  {
    setting: '`postgres.pooler`',
    rules: ['pod-probes-identical'],
    asked: ({ release, postgres }, object) => object === `${release}-pooler` && postgres.pooler !== undefined,
  },
  {
    setting: '`postgres.kind: cloudnative-pg`',
    rules: ['networkpolicy-targets-pod'],
    asked: ({ release, postgres: { cloudNativePg } }, object) =>
      cloudNativePg !== undefined && [cloudNativePg.cluster, `${release}-pooler`].includes(object),
  },
  {
    setting: '`postgres.metrics`',
    rules: ['deployment-replicas'],
    asked: ({ release, postgres }, object) => object === `${release}-monitor` && postgres.metrics !== undefined,
  },
  {
    setting: '`nginx.service.type: NodePort`',
    rules: ['service-type'],
    asked: ({ nginx }) => nginx.service.type === 'NodePort',
  },
];
