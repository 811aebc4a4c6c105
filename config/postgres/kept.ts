/** Parameters that the stack keeps for itself, and why. Each completes the sentence "<parameter> …". */

const PLACE = 'is where probes, Services and backups look for the server';
const FILE = 'is set by the image and the stack, which know where the volume is';
const TLS = 'goes with the certificate, which has settings of its own: use postgres.tls';
const LOG = 'would put the log where `kubectl logs` does not find it';

const KEPT: Readonly<Record<string, string>> = {
  listen_addresses: PLACE,
  port: PLACE,
  unix_socket_directories: PLACE,
  unix_socket_group: PLACE,
  unix_socket_permissions: PLACE,
  data_directory: FILE,
  config_file: FILE,
  external_pid_file: FILE,
  hba_file: FILE,
  ident_file: FILE,
  max_connections: 'has a setting of its own: use postgres.maxConnections',
  password_encryption: 'is scram-sha-256, which the stack logs in with',
  logging_collector: LOG,
  bonjour: 'is not built into the image',
};

/** Why a parameter cannot be set by a file; undefined where it can. */
export const keptProblem = (name: string): string | undefined => {
  if (name === 'ssl' || name.startsWith('ssl_')) return TLS;
  return Object.hasOwn(KEPT, name) ? KEPT[name] : undefined;
};
