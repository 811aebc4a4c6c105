/** The original's front: its files, in the place where its image puts them. */
import type { ChildProcess } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { podManifest } from '../../test/front/support/container';
import { Pod } from '../../test/front/support/pod';
import { Rendered } from '../../test/support/stack';
import { HOST } from './places';

const NAME = 'original';

const text = (name: string) => readFileSync(join(__dirname, 'original', name), 'utf8');

/** The author's file with its blanks filled in. */
const site = (port: number, upstream: string) =>
  text('default.conf')
    .replace(/<base URL[^>]*>/, HOST)
    .replaceAll(/<ssl certificate[^>]*>/g, 'site')
    .replace('127.0.0.1:8000', `${upstream}:8000`)
    .replace('listen 443', `listen ${port}`);

export interface OriginalFront {
  readonly port: number;
  /** Address of Gunicorn. */
  readonly upstream: string;
  readonly certificate: string | Buffer;
  readonly key: string | Buffer;
  /** Folder of static files. */
  readonly files: string;
}

/** A pod as its Dockerfile makes one. */
const deployment = (port: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: NAME },
  spec: {
    template: {
      spec: {
        volumes: [
          { name: 'nginx', configMap: { name: 'nginx' } },
          { name: 'conf.d', configMap: { name: 'conf.d' } },
          { name: 'app', emptyDir: {} },
        ],
        containers: [
          {
            name: 'nginx',
            command: ['nginx', '-g', 'daemon off;'],
            ports: [{ name: 'https', containerPort: port }],
            readinessProbe: { httpGet: { port: 'https' } },
            volumeMounts: [
              { name: 'nginx', mountPath: '/etc/nginx/nginx.conf', subPath: 'nginx.conf' },
              { name: 'conf.d', mountPath: '/etc/nginx/conf.d' },
              { name: 'app', mountPath: '/app' },
            ],
          },
        ],
      },
    },
  },
});

const configMap = (name: string, data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

export function originalFront({ port, upstream, certificate, key, files }: OriginalFront): Promise<ChildProcess> {
  const rendered = new Rendered([
    deployment(port),
    configMap('nginx', { 'nginx.conf': text('nginx.conf') }),
    configMap('conf.d', { 'default.conf': site(port, upstream) }),
  ]);
  const pod = new Pod({ manifest: podManifest(rendered, NAME), rendered, secrets: {}, hosts: {}, images: {} });
  const folder = pod.volume('app');
  writeFileSync(join(folder, 'site.pem'), certificate);
  writeFileSync(join(folder, 'site.key'), key);
  cpSync(files, join(folder, 'static'), { recursive: true });
  return pod.start();
}
