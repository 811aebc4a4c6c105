/** What must hold between settings of Django, and where others serve its files. */
import { everyGunicorn } from '../gunicorn';
import type { Problem } from '../problems';
import { formatBytes } from '../quantity';
import type { Config } from '../resolve';
import type { Rule } from '../rules';
import { mountedByOneNode } from '../sections/django';

export const djangoRules: readonly Rule[] = [
  (config) => {
    const { django, nginx } = config;
    const gunicorn = everyGunicorn(config).map(({ title, settings }) => ({ title, replicas: settings.replicas.max }));
    const most = gunicorn.reduce((largest, one) => (one.replicas > largest.replicas ? one : largest));
    return (
      mountedByOneNode(django) &&
      (most.replicas > 1 || nginx.replicas.max > 1) && {
        path: ['django', 'media', 'accessMode'],
        message: `must be ReadWriteMany with ${most.replicas} replicas of ${most.title} and ${nginx.replicas.max} of Nginx: ReadWriteOnce allows one of each`,
      }
    );
  },
  ({ django, nginx }) =>
    django.media !== undefined &&
    nginx.static !== undefined &&
    (django.media.url.startsWith(nginx.static.url) || nginx.static.url.startsWith(django.media.url)) && {
      path: ['django', 'media', 'url'],
      message: `must not lie below nginx.static.url or the reverse, got ${django.media.url} and ${nginx.static.url}`,
    },
  ({ django }) => {
    const index = django.secrets.findIndex((name) => name in django.env);
    return (
      index >= 0 && {
        path: ['django', 'secrets', index],
        message: `is also set under django.env (${django.secrets[index]}): keep one of them`,
      }
    );
  },
];

/** What works, but may surprise. */
export const djangoWarnings = ({ django: { media }, backup }: Config): Problem[] =>
  media && backup.storage < media.storage
    ? [
        {
          path: ['backup', 'storage'],
          message: `is ${formatBytes(backup.storage)}, less than django.media.storage, ${formatBytes(media.storage)}: backups hold a copy of all uploaded files`,
        },
      ]
    : [];
