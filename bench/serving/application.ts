/** Gunicorn with the example project: with the original's command line, or with what the constructs write for a pod. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { k8s } from '../../imports';
import { files, publish, type Secrets } from '../../test/front/support/volumes';
import { render } from '../../test/support/stack';
import { ADDRESS, PASSWORD } from './database';
import { EXAMPLE, FOLDER, PROGRAMS, SITE } from './places';

const RELEASE = 'bench';
const KEY = 'of no worth';
/** Of a server that has no other role. */
const USER = 'bench';
const SECRETS: Secrets = {
  [`${RELEASE}-django`]: { DJANGO_SECRET_KEY: KEY, DJANGO_SECRET_KEY_FALLBACKS: '' },
  [`${RELEASE}-postgres-app`]: { POSTGRES_USER: USER, POSTGRES_PASSWORD: PASSWORD },
};
/** Where the original's compose file has it: the port is the same in every container. */
const EVERYWHERE = '0.0.0.0';
const ORIGINAL = `gunicorn -w 5 -b ${EVERYWHERE}:8000 main_app.wsgi:application --chdir django_app`.split(' ');

export type Line = 'original' | 'emitted';
/** Command lines. */
export type Lines = Readonly<Record<Line, string>>;

export interface Application {
  readonly line: Line;
  /** With the persistent database connections of the example's settings. */
  readonly persistent: boolean;
  readonly address: string;
}

type Environment = Readonly<Record<string, string>>;

/** @param changes - of the smallest project, which the front has too */
export function application(changes: object) {
  const rendered = render({ ...changes, release: RELEASE });
  const { spec } = rendered.find('Deployment', `${RELEASE}-gunicorn`) as unknown as k8s.KubeDeploymentProps;
  const pod = spec?.template.spec;
  const container = pod?.containers.find(({ name }) => name === 'gunicorn');
  if (!pod || !container) throw new Error('no container is called gunicorn');
  const emitted = [...(container.command ?? []), ...(container.args ?? [])];
  const manifest = Object.fromEntries((container.env ?? []).map(({ name, value = '' }) => [name, value]));

  /** The pod's volumes of files, as folders; returns where a path of the pod is here. */
  const place = (folder: string) => {
    const mounts = (container.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
      const volume = pod.volumes?.find((one) => one.name === name);
      const content = volume && files(volume, rendered, SECRETS);
      if (!content) return [];
      const path = join(folder, mountPath);
      mkdirSync(path, { recursive: true });
      publish(path, content, 0o644, 0);
      return [mountPath];
    });
    return (path: string) => (mounts.some((mount) => path.startsWith(`${mount}/`)) ? join(folder, path) : path);
  };

  /** What the example needs on every side. */
  const shared: Environment = {
    ...Object.fromEntries(Object.entries(manifest).filter(([name]) => !name.startsWith('GUNICORN_'))),
    PATH: `${PROGRAMS}:${process.env.PATH ?? ''}`,
    PYTHONPATH: SITE,
    PYTHONDONTWRITEBYTECODE: '1',
    POSTGRES_HOST: ADDRESS,
    DJANGO_SECRET_KEY: KEY,
    POSTGRES_USER: USER,
    POSTGRES_PASSWORD: PASSWORD,
  };

  const start = ({ line, persistent, address }: Application): number => {
    const folder = join(FOLDER, address);
    const placed = place(folder);
    const [command = '', ...more] = (line === 'original' ? ORIGINAL : emitted.map(placed)).map((part) => part.replace(EVERYWHERE, address));
    const own = line === 'original' ? {} : { ...manifest, POSTGRES_HOST: ADDRESS, SECRETS_DIRECTORY: join(folder, 'run/secrets') };
    const log = openSync(join(FOLDER, `${address}.log`), 'a');
    const env = { ...shared, ...own, BENCH_PERSISTENT: `${persistent}` };
    return spawn(join(PROGRAMS, command), more, { cwd: EXAMPLE, env, stdio: ['ignore', log, log] }).pid ?? 0;
  };

  return { environment: shared, start, lines: { original: ORIGINAL.join(' '), emitted: emitted.join(' ') } };
}
