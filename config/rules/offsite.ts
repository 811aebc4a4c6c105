/** What must hold for copies of backups outside the cluster. */
import { formatBytes } from '../quantity';
import type { Rule } from '../rules';

/** For rclone itself, and for a piece of an archive on its way. */
const SMALLEST_DISK = 512 * 1024 ** 2;

export const offsiteRules: readonly Rule[] = [
  ({ offsite }) =>
    offsite !== undefined &&
    offsite.resources.limits['ephemeral-storage'] < SMALLEST_DISK && {
      path: ['offsite', 'resources', 'limits', 'ephemeral-storage'],
      message: `must be at least ${formatBytes(SMALLEST_DISK)} for rclone and what is on its way, got ${formatBytes(offsite.resources.limits['ephemeral-storage'])}`,
    },
  ({ release, offsite }) =>
    offsite?.drill?.secretName === `${release}-offsite` && {
      path: ['offsite', 'drill', 'secretName'],
      message: `must be another Secret than ${release}-offsite, whose credentials need not read`,
    },
];
