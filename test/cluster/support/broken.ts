/** Pods of a release that do not serve, beside those that do, and what `npm run status` says of them. */
import { merge } from '../../../constructs/finish';
import { until } from './kubectl';
import type { Release } from './release';

interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly [{ readonly env: readonly { readonly name: string }[] }];
    readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string; readonly items: object[] } }[];
  };
}

/** Of a pod, of its container, and of the Secret that it mounts for Django. */
export interface Changes {
  readonly pod?: object;
  readonly container?: object;
  readonly secret?: object;
}

/** Without it the pod does not wait for the migrations first. */
export const AT_ONCE = { initContainers: [] };
export const PYTHON = (program: string) => ({ command: ['python3', '-c', program], args: [] });

const LABEL = 'broken';

/** The same, wherever lines are wrapped. */
export const wrapped = ({ source, flags }: RegExp) => new RegExp(source.replaceAll(' ', '\\s+').replaceAll('.*', '[^]*?'), flags);

export class Broken {
  public constructor(private readonly release: Release) {}

  /** A pod of Gunicorn with changes, called `broken-<name>`. */
  public make(name: string, { pod = {}, container = {}, secret = {} }: Changes): void {
    const { metadata, spec } = this.template();
    const volumes = spec.volumes.map((volume) =>
      volume.name === 'secret-django' ? { ...volume, secret: { ...volume.secret, ...secret } } : volume,
    );
    this.release.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${LABEL}-${name}`, labels: { ...metadata.labels, [LABEL]: 'yes' } },
      spec: { ...spec, volumes, containers: [merge(spec.containers[0], container)], ...pod },
    });
  }

  /** The variables of Gunicorn's container, with another value for one. */
  public env(name: string, value: string) {
    return [...this.template().spec.containers[0].env.filter((one) => one.name !== name), { name, value }];
  }

  /** A container of Nginx, with these directives for its configuration. */
  public nginx(directives: string) {
    const ofNginx = [`deployment/${this.release.release}-nginx`, '--output=jsonpath={.spec.template.spec.containers[0].image}'];
    const image = this.release.kubectl('get', ...ofNginx);
    const write = `echo 'events {} http { ${directives} }' >/tmp/nginx.conf`;
    return { name: 'nginx', image, command: ['sh', '-c', `${write} && exec nginx -c /tmp/nginx.conf`], args: [] };
  }

  /** Removes them all. */
  public clear(): void {
    this.release.kubectl('delete', 'pods', '--selector', LABEL, '--grace-period=0', '--force');
  }

  /** What `npm run status` says, once it says that, in however many lines. */
  public said(words: RegExp): Promise<string> {
    const pattern = wrapped(words);
    return until(String(pattern), async () => {
      const { said: screen } = await this.release.status();
      if (pattern.test(screen)) return screen;
      throw new Error(screen);
    });
  }

  private template(): Template {
    const live = this.release.kubectl('get', 'deployment', `${this.release.release}-gunicorn`, '--output=json');
    return (JSON.parse(live) as { spec: { template: Template } }).spec.template;
  }
}
