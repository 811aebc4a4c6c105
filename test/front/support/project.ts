/** A project whose front is to be run: its pod, and the names that its nginx asks for. */
import { isIP } from 'node:net';
import { dirname, relative } from 'node:path';
import { stringify } from 'yaml';
import { parseEnvironment } from '../../../config/load';
import { composeEnvironment } from '../../../constructs/compose';
import { merge } from '../../../constructs/finish';
import { manifests, type Manifest } from '../../../constructs/manifests';
import { TLS_CERTIFICATE } from '../../../constructs/secrets';
import { Rendered, ROOT, SMALLEST } from '../../support/stack';
import type { Site } from './client';
import { podManifest } from './container';
import { headless } from './dns';
import { Pod, type PodProps } from './pod';
import { secretsOf } from './secrets';
import type { Secrets } from './volumes';

/** Where the cluster's DNS server is, if its name is all that is known of it. */
const NAMESERVER = '127.0.0.53';
const CONF = 'nginx.conf';

export interface ProjectOptions {
  /** Folder of static files: `nginx.static.directory`, wherever it is.
   * @default - as the settings say */
  readonly static?: string;
  /** Folder that the paths in settings are seen from.
   * @default - that of this project, or the one above `static` */
  readonly root?: string;
  /** More Secrets, or others in their place.
   * @default - what `npm run secrets` makes */
  readonly secrets?: Secrets;
  /** Folders with what images have that containers before nginx run.
   * @default - those of other images do not run */
  readonly images?: PodProps['images'];
  /** Changes the text of `nginx.conf`: to shorten a time that no setting gives, or to see a test fail. */
  readonly edit?: (conf: string) => string;
}

/** The smallest file with changes merged into it, as `npm run synth` would render it. */
function compose(changes: object, { static: folder, root = folder === undefined ? ROOT : dirname(folder) }: ProjectOptions) {
  const own = folder === undefined ? {} : { nginx: { static: { directory: relative(root, folder) } } };
  const text = stringify([own, changes].reduce((so, more) => merge(so, more) as object, SMALLEST));
  const problems: string[] = [];
  const environment = parseEnvironment(root, 'environments/test.yaml', text, problems);
  if (!environment || problems.length > 0) throw new Error(problems.join('\n'));
  const composed = composeEnvironment(environment, root, '');
  if (composed.problems.length > 0) throw new Error(composed.problems.join('\n'));
  return { config: environment.config, rendered: new Rendered(manifests(composed.app)) };
}

/** The text of `nginx.conf`, and all objects with another one. */
function edited({ objects }: Rendered, edit?: (conf: string) => string) {
  const textOf = ({ kind, data }: Manifest) =>
    kind === 'ConfigMap' ? (data as Readonly<Record<string, string>> | undefined)?.[CONF] : undefined;
  const old = objects.map(textOf).find((text) => text !== undefined) ?? '';
  const conf = edit?.(old) ?? old;
  if (edit && conf === old) throw new Error('nginx.conf has nothing of what is to be changed');
  const change = (object: Manifest) =>
    textOf(object) === old ? { ...object, data: { ...(object.data as object), [CONF]: conf } } : object;
  return { conf, rendered: new Rendered(objects.map(change)) };
}

const words = (conf: string, directive: string) =>
  [...conf.matchAll(new RegExp(`^\\s*${directive} ([^;]+);`, 'gm'))].flatMap(([, values = '']) => values.split(/\s+/));

export async function project(changes: object, options: ProjectOptions) {
  const { config, ...emitted } = compose(changes, options);
  const { conf, rendered } = edited(emitted.rendered, options.edit);
  const manifest = podManifest(rendered, `${config.release}-nginx`);
  const resolver = words(conf, 'resolver')[0]?.replace(/[[\]]/g, '') ?? NAMESERVER;
  const nameserver = isIP(resolver) ? resolver : NAMESERVER;
  const secrets = { ...(await secretsOf(config, [...new Set(words(conf, 'server_name'))])), ...options.secrets };
  const pod = new Pod({ manifest, rendered, secrets, hosts: { [resolver]: nameserver }, images: options.images ?? {} });
  const [host = ''] = config.django.hosts;
  const site = (): Site => ({
    host: host.replace(/^\./, 'www.'),
    ports: manifest.nginx.ports,
    certificate: pod.values(TLS_CERTIFICATE).join('\n'),
  });
  const services = headless(rendered, config.cluster.domain);
  /** The Service of pods of Gunicorn: those of the site, or of a group. */
  const gunicorn = (group?: string) => {
    const component = group === undefined ? 'gunicorn' : `gunicorn-${group}`;
    const service = services.find(({ name }) => name.startsWith(`${config.release}-${component}.`));
    if (!service) throw new Error(`there is no headless Service of ${component}`);
    return service.name;
  };
  return { pod, nameserver, services, gunicorn, site };
}

export type Project = Awaited<ReturnType<typeof project>>;
