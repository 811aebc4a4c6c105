/** What must hold between certificates, old names, and the names of the site. */
import { entryFor, repeated } from '../hosts';
import type { SettingPath } from '../problems';
import type { Config } from '../resolve';
import type { Rule } from '../rules';

interface Host {
  readonly path: SettingPath;
  readonly host: string;
}

const hostsOf = (lists: readonly (readonly string[])[], path: (list: number) => SettingPath): Host[] =>
  lists.flatMap((hosts, list) => hosts.map((host, index) => ({ path: [...path(list), index], host })));

const certificateHosts = ({ nginx }: Config) =>
  hostsOf(
    nginx.tls.certificates.map(({ hosts }) => hosts),
    (index) => ['nginx', 'tls', 'certificates', index, 'hosts'],
  );

const oldNames = ({ nginx }: Config) =>
  hostsOf(
    nginx.redirects.map(({ from }) => from),
    (index) => ['nginx', 'redirects', index, 'from'],
  );

const names = (hosts: readonly Host[]) => hosts.map(({ host }) => host);

export const tlsRules: readonly Rule[] = [
  (config) => {
    const site = [...config.django.hosts, ...names(oldNames(config))];
    const stranger = certificateHosts(config).find(({ host }) => entryFor(site, host) === undefined);
    return stranger && { path: stranger.path, message: `must be a name of django.hosts or nginx.redirects, got ${stranger.host}` };
  },
  (config) => {
    const hosts = certificateHosts(config);
    const again = hosts[repeated(names(hosts))];
    return again && { path: again.path, message: `must have one certificate, got ${again.host} twice: remove it here or there` };
  },
  ({ nginx: { tls } }) => {
    const secrets = [tls.secretName, ...tls.certificates.map(({ secretName }) => secretName)];
    const index = secrets.findIndex((name, place) => secrets.indexOf(name) < place);
    return (
      index > 0 && {
        path: ['nginx', 'tls', 'certificates', index - 1, 'secretName'],
        message: `must differ from that of every other certificate, got ${secrets[index] ?? ''}: name all hosts of a certificate in one place`,
      }
    );
  },
  ({ nginx: { tls } }) =>
    tls.hosts.length === 0 && {
      path: ['nginx', 'tls', 'certificates'],
      message: 'must leave a name to the first certificate: set nginx.tls.secretName to one of these Secrets, and remove it here',
    },
  (config) => {
    const { hosts } = config.django;
    const old = oldNames(config);
    const found = old.find((_host, index) => repeated([...hosts, ...names(old.slice(0, index + 1))]) >= hosts.length);
    return (
      found && {
        path: found.path,
        message: `must be a name that neither django.hosts nor another redirect has, got ${found.host}`,
      }
    );
  },
  (config) => {
    const { hosts } = config.django;
    const all = [...hosts, ...names(oldNames(config))];
    const index = config.nginx.redirects.findIndex(({ to }) => to.startsWith('.') || !hosts.includes(entryFor(all, to) ?? ''));
    return (
      index >= 0 && {
        path: ['nginx', 'redirects', index, 'to'],
        message: `must be a single name of django.hosts that does not lead on, got ${config.nginx.redirects[index]?.to ?? ''}`,
      }
    );
  },
];
