import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DJANGO_SECRET_KEY, DJANGO_SECRET_KEY_FALLBACKS } from '../../constructs/secrets';
import { lastStop } from '../../constructs/timing';
import { randomValue } from '../secret-values';
import { restartApplication } from './commands';
import type { Rotated, Rotation } from './rotation';

/**
 * The key of Django, in two runs: pods first learn the new one, and then use it. A pod logs out whoever has a session of a key that it
 * does not know, and while a release goes on, old pods and new ones serve the same visitors.
 */
export function keyRotation({ config, contracts: { django }, values, name, folders }: Rotated): Rotation {
  const [path, fallbacks] = [values.path(django, DJANGO_SECRET_KEY), values.path(django, DJANGO_SECRET_KEY_FALLBACKS)];
  const learned = `${path}.next`;
  const key = () => values.text(django, DJANGO_SECRET_KEY);
  const writeFallbacks = (change: (keys: readonly string[]) => readonly string[]) => {
    const keys = values.text(django, DJANGO_SECRET_KEY_FALLBACKS).split(/\s+/).filter(Boolean);
    values.replace(django, DJANGO_SECRET_KEY_FALLBACKS, [...new Set(change(keys))].map((one) => `${one}\n`).join(''));
  };

  function learn(): void {
    const made = randomValue();
    writeFileSync(learned, made, { mode: 0o600, flag: 'wx' });
    writeFallbacks((keys) => [...keys, made]);
  }

  function use(): void {
    const made = readFileSync(learned, 'utf8');
    writeFallbacks((keys) => [key(), ...keys.filter((one) => one !== made)]);
    values.replace(django, DJANGO_SECRET_KEY, made);
    rmSync(learned);
  }

  const known = existsSync(learned);
  return {
    needed: [path, fallbacks],
    problems: () => (/\s/.test(key()) ? [`${path} holds white space, which divides the keys of ${DJANGO_SECRET_KEY_FALLBACKS}`] : []),
    write: known ? use : learn,
    commands: () => [
      `kubectl apply -f ${folders.secrets}`,
      ...restartApplication(config),
      // The last of the old pods, which know less, has ended by then.
      ...(known ? [] : [`sleep ${lastStop(config)}`, `npm run secrets ${name} -- --rotate django`]),
    ],
  };
}
