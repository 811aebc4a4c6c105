/** What must hold where the operator CloudNativePG runs Postgres. */
import { imageParts } from '../names';
import type { Problem } from '../problems';
import { type Config, type CloudNativePg } from '../resolve';
import type { Rule } from '../rules';

/**
 * Parameters that its webhook takes from nobody, and that the stack does not keep for itself anyway.
 * Source: CloudNativePG 1.30, `FixedConfigurationParameters`.
 */
const ITS_OWN = [
  'allow_alter_system',
  'allow_system_table_mods',
  'archive_cleanup_command',
  'archive_command',
  'archive_mode',
  'bonjour_name',
  'cluster_name',
  'data_sync_retry',
  'event_source',
  'hot_standby',
  'jit_provider',
  'log_destination',
  'log_directory',
  'log_file_mode',
  'log_filename',
  'log_rotation_age',
  'log_rotation_size',
  'log_truncate_on_rotation',
  'primary_conninfo',
  'primary_slot_name',
  'promote_trigger_file',
  'recovery_end_command',
  'recovery_min_apply_delay',
  'recovery_target',
  'recovery_target_action',
  'recovery_target_inclusive',
  'recovery_target_lsn',
  'recovery_target_name',
  'recovery_target_time',
  'recovery_target_timeline',
  'recovery_target_xid',
  'restart_after_crash',
  'restore_command',
  'stats_temp_directory',
  'synchronized_standby_slots',
  'synchronous_standby_names',
  'syslog_facility',
  'syslog_ident',
  'syslog_sequence_numbers',
  'syslog_split_messages',
  'temp_tablespaces',
];

/** Source: CloudNativePG, "PostgreSQL Role management". */
const ITS_ROLES = ['postgres', 'streaming_replica', 'cnpg_pooler_pgbouncer'];

type Part = readonly (string | number)[];
const at = (...path: Part) => ['postgres', 'cloudNativePg', ...path];

/** A rule for those files alone that have such a kind. */
const its =
  (rule: (settings: CloudNativePg, config: Config) => ReturnType<Rule>): Rule =>
  (config) =>
    config.postgres.cloudNativePg && rule(config.postgres.cloudNativePg, config);

export const cloudNativePgRules: readonly Rule[] = [
  its((_, { postgres: { parameters } }) =>
    Object.keys(parameters)
      .filter((name) => ITS_OWN.includes(name))
      .map((name) => ({
        path: ['postgres', 'parameters', name],
        message: 'is set by CloudNativePG, which takes it from nobody',
        atKey: true,
      })),
  ),
  its(
    (_, { postgres: { parameters } }) =>
      parameters.wal_level?.toLowerCase() === 'minimal' && {
        path: ['postgres', 'parameters', 'wal_level'],
        message: 'must be replica or logical with kind: cloudnative-pg, whose servers copy from each other, got minimal',
      },
  ),
  its(
    (_, { postgres: { user } }) =>
      ITS_ROLES.includes(user) && {
        path: ['postgres', 'user'],
        message: `must not be a role that CloudNativePG keeps for itself, got ${user}: set another`,
      },
  ),
  its(({ image }, { postgres: { version } }) => {
    const { tag = '' } = imageParts(image) ?? {};
    return (
      Number(/^\d+/.exec(tag)?.[0]) !== version && {
        path: at('image'),
        message: `must have a tag that begins with postgres.version, ${version}, where the operator reads it, got ${image}`,
      }
    );
  }),
  its(
    ({ cluster }, { release, postgres: { pooler } }) =>
      pooler !== undefined &&
      cluster === `${release}-pooler` && { path: at('cluster'), message: `must not be the name of the pooler, got ${cluster}` },
  ),
  its(
    ({ recovery, archive }) =>
      recovery !== undefined &&
      archive === undefined && { path: at('recovery'), message: 'needs archive beside it: the bucket that it comes from', atKey: true },
  ),
  its(
    ({ recovery, cluster }) =>
      recovery?.from === cluster && {
        path: at('recovery', 'from'),
        message: `must be another than postgres.cloudNativePg.cluster, got ${cluster}: nothing is recovered into a server that is there, so give the new one a name, such as ${cluster}-2`,
      },
  ),
];

/** What works, but may surprise. */
export const cloudNativePgWarnings = ({ postgres: { cloudNativePg } }: Config): Problem[] => [
  ...(cloudNativePg && !cloudNativePg.archive
    ? [{ path: at(), message: 'has no archive: what came after the last dump is lost with the volumes of all instances', atKey: true }]
    : []),
  ...(cloudNativePg && cloudNativePg.instances < 3
    ? [
        {
          path: at('instances'),
          message: `is ${cloudNativePg.instances}: a server that is lost may take acknowledged rows along; from 3 on it cannot`,
        },
      ]
    : []),
];
