/** What nginx says of a configuration, and of itself. */
import { spawnSync } from 'node:child_process';
import { project, type ProjectOptions } from './project';

/** Output of `nginx -t` on the configuration for the smallest project with changes merged into its file. */
export async function nginxTest(changes: object = {}, options: ProjectOptions = {}): Promise<string> {
  const { pod } = await project(changes, options);
  try {
    return await pod.test();
  } finally {
    await pod.stop();
  }
}

/** As `1.30.4`. */
export function version(): string {
  const { stderr } = spawnSync('chroot', [process.env.FRONT_IMAGE ?? '', 'nginx', '-v'], { encoding: 'utf8' });
  return stderr.trim().replace('nginx version: nginx/', '');
}
