/** What must hold between the files that Nginx serves, its own pages, and other settings. */
import { cacheDisk } from '../cache-room';
import { formatBytes } from '../quantity';
import type { Rule } from '../rules';
import { hiddenClients, isLoopback } from './hidden-clients';

export const fileRules: readonly Rule[] = [
  ({ nginx }) => {
    const { static: files, uploadLimit, resources } = nginx;
    const room = resources.limits['ephemeral-storage'];
    const others = 2 * uploadLimit + cacheDisk(nginx);
    return (
      files?.image !== undefined &&
      files.size + others > room && {
        path: ['nginx', 'static', 'size'],
        message:
          `must leave ${formatBytes(others)} for two uploads and kept answers in nginx.resources.limits.ephemeral-storage ` +
          `(${formatBytes(room)}), got ${formatBytes(files.size)}: raise that limit, or set less`,
      }
    );
  },
  ({ nginx, django }) =>
    nginx.errorPages['404'] !== undefined &&
    nginx.static === undefined &&
    django.media === undefined && {
      path: ['nginx', 'errorPages', '404'],
      message:
        'is for static and uploaded files, and neither nginx.static nor django.media is set: pages of Django are in its own 404.html',
    },
  ({ nginx: { errorPages, locations } }) =>
    errorPages['429'] !== undefined &&
    locations.every(({ limits }) => limits === undefined) && {
      path: ['nginx', 'errorPages', '429'],
      message: 'is for requests above nginx.limits, and no limits are set: set them, or leave it out',
    },
  (config) => {
    const allow = config.nginx.maintenance?.allow ?? [];
    const index = allow.findIndex((range) => !isLoopback(range));
    const reason = hiddenClients(config);
    return (
      index >= 0 &&
      reason !== undefined && {
        path: ['nginx', 'maintenance', 'allow', index],
        message: `must not go by the address of the client, got ${allow[index] ?? ''}; ${reason}, or allow 127.0.0.0/8 and come by kubectl port-forward`,
      }
    );
  },
];
