/** Devices of the suite's own node, and who is given them. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Pod } from './kubectl';
import type { Release } from './release';

const node = (command: string, ...args: string[]) => execFileSync(join(__dirname, '..', command), args, { encoding: 'utf8' });

/** What the node has from now on: of each resource a line, `nvidia.com/gpu gpu-0 gpu-1:Unhealthy`. */
export const devices = (...lines: string[]): void => void node('devices/set', ...lines);

const id = (containerID: string) => containerID.replace('containerd://', '');

/** Kills the first process of a container. */
export const kill = (containerID: string): void => void node('node/kill', id(containerID));

/** The devices that each container of Gunicorn sees, of pods that are ready. */
export const visible = (release: Release, component = 'gunicorn'): string[] =>
  release
    .ready(component)
    .map(({ metadata: { name } }) => release.kubectl('exec', name, '-c', 'gunicorn', '--', 'printenv', 'NVIDIA_VISIBLE_DEVICES').trim())
    .sort();

/** Each container that was made for the release, also if it has ended, with the devices that it was given. Those of pods that are going may be
 * gone already. */
export const given = (release: Release): string[] =>
  release
    .list<Pod>('pods')
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .flatMap(({ metadata: { labels = {} }, status }) =>
      [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(({ name, containerID }) => {
        const variables = node('node/environment', id(containerID));
        // That of the image comes first, and the last counts.
        const [, ids = 'none'] = [...variables.matchAll(/^NVIDIA_VISIBLE_DEVICES=(.*)$/gm)].at(-1) ?? [];
        return `${labels['app.kubernetes.io/component'] ?? ''} ${name}: ${ids}`;
      }),
    );
