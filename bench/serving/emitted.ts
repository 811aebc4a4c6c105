/** The front that the constructs write. */
import { PORTS } from '../../constructs/nginx/conf/settings';
import { TLS_CERTIFICATE, TLS_KEY } from '../../constructs/secrets';
import { Dns } from '../../test/front/support/dns';
import { project, type Project } from '../../test/front/support/project';

const HTTPS = PORTS.https.containerPort;

export interface EmittedFront {
  /** Of the release. */
  readonly name: string;
  /** Of the smallest project. */
  readonly changes: object;
  /** For HTTPS; the other ports move by as much. */
  readonly port: number;
  /** Folder of static files. */
  readonly files: string;
}

export function emittedFront({ name, changes, port, files }: EmittedFront): Promise<Project> {
  const moved = (_all: string, listen: string, number: string) => `${listen}${Number(number) - HTTPS + port}`;
  const edit = (conf: string) => conf.replace(/(listen (?:\[::\]:)?)(\d+)/g, moved);
  return project({ ...changes, release: name }, { static: files, edit });
}

/** The cluster's DNS, which knows no addresses yet. */
export async function nameserver(projects: readonly Project[]): Promise<Dns> {
  const [first] = projects;
  if (!first) throw new Error('no side has an emitted front');
  const dns = new Dns(projects.flatMap(({ services }) => services));
  await dns.start(first.nameserver);
  return dns;
}

/** The certificate and the key that were made for one of them. */
export function certificate(projects: readonly Project[]): { readonly certificate: string | Buffer; readonly key: string | Buffer } {
  const [made = '', key = ''] = [TLS_CERTIFICATE, TLS_KEY].map((name) => projects[0]?.pod.values(name)[0]);
  return { certificate: made, key };
}
