/** The commands of every day, as `npm run` calls them, and what they say where they refuse their work. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { backup } from '../../../cli/backup/backup';
import { createsuperuser } from '../../../cli/createsuperuser';
import { down } from '../../../cli/down/down';
import { exec } from '../../../cli/exec';
import { logs } from '../../../cli/logs/logs';
import { makemigrations } from '../../../cli/makemigrations/makemigrations';
import { shell } from '../../../cli/manage';
import { migrate } from '../../../cli/migrate';
import { psql } from '../../../cli/psql';
import { status } from '../../../cli/status/status';
import { up } from '../../../cli/up/up';
import { ROOT } from '../../support/stack';
import type { Release } from './release';

/** Sources of the example. */
export const SOURCE = join(ROOT, 'example/django_app');
const COMMANDS = {
  up: (root: string) => up('dev', { detach: true }, root),
  status: (root: string) => status('dev', {}, root),
  logs: (root: string) => logs('dev', undefined, {}, root),
  exec: (root: string) => exec('dev', ['ls'], {}, root),
  shell: (root: string) => shell('dev', ['-c', 'print(1)'], {}, root),
  psql: (root: string) => psql('dev', ['-c', 'select 1'], {}, root),
  createsuperuser: (root: string) =>
    createsuperuser('dev', { username: 'eve', email: 'eve@example.com' }, root, undefined, Readable.from(['of-the-refusals\n'])),
  makemigrations: (root: string) => makemigrations('dev', [], { source: SOURCE }, root),
  migrate: (root: string) => migrate('dev', {}, root),
  backup: (root: string) => backup('dev', {}, root),
  down: (root: string) => down('dev', {}, root),
};
export type Name = keyof typeof COMMANDS;
export const NAMES = Object.keys(COMMANDS) as Name[];

/** Those of a test file, and what they say. */
export class Commands {
  /** Lines of the test that runs. */
  public said: string[] = [];

  public constructor(private readonly release: Release) {
    beforeEach(() => {
      this.said = [];
      jest.spyOn(console, 'log').mockImplementation((line: string) => void this.said.push(line));
    });
    afterEach(() => jest.restoreAllMocks());
  }

  /** What one complains of, or says before it ends with another code than 0. */
  public async refusal(name: Name): Promise<string> {
    try {
      const code = await COMMANDS[name](this.release.path('.'));
      const all = this.said.join('\n');
      return code === undefined || code === 0 ? `${name} was not refused: ${all}` : all;
    } catch (error) {
      return (error as Error).message;
    }
  }
}
