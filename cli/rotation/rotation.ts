/** New values in place of those that are in use. */
import type { Config } from '../../config/resolve';
import type { SecretContracts } from '../../constructs/secrets';
import type { SecretValues } from '../secret-values';
import { administratorRotation } from './administrator';
import { keyRotation } from './key';
import { rolesRotation } from './roles';

/** A release whose values are rotated. */
export interface Rotated {
  /** Of the environment. */
  readonly name: string;
  readonly config: Config;
  readonly contracts: SecretContracts;
  readonly values: SecretValues;
  /** Folder of the values, and of the manifests, as commands name them. */
  readonly folders: { readonly secrets: string; readonly dist: string };
}

/** One way to rotate. */
export interface Rotation {
  /** Files that must be there. */
  readonly needed: readonly string[];
  /** What keeps it from being done. */
  problems(): string[];
  /** Writes new values. */
  write(): void;
  /** What brings them to the cluster; each command waits until its work is done. */
  commands(): string[];
}

const ROTATIONS = { postgres: rolesRotation, 'postgres-admin': administratorRotation, django: keyRotation } as const;

export type RotationName = keyof typeof ROTATIONS;
export const ROTATION_NAMES = Object.keys(ROTATIONS) as RotationName[];

export const rotation = (name: RotationName, rotated: Rotated): Rotation => ROTATIONS[name](rotated);
