/** A folder with an environment, where `npm run secrets` is run, and what it says. Each test has another. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { merge } from '../../constructs/finish';
import type { Manifest } from '../../constructs/manifests';
import { SMALLEST } from './stack';

export class Place {
  public root = '';
  public said: string[] = [];

  private spies: jest.SpyInstance[] = [];

  public open(): void {
    this.root = mkdtempSync(join(tmpdir(), 'secrets-'));
    this.said = [];
    this.spies = (['log', 'error'] as const).map((stream) =>
      jest.spyOn(console, stream).mockImplementation((...words: unknown[]) => void this.said.push(words.join(' '))),
    );
  }

  public close(): void {
    for (const spy of this.spies) spy.mockRestore();
    rmSync(this.root, { recursive: true });
  }

  /** Writes the file of the environment: the smallest one with changes merged into it. */
  public project(changes: object = {}): void {
    mkdirSync(join(this.root, 'environments'), { recursive: true });
    writeFileSync(join(this.root, 'environments/prod.yaml'), stringify(merge(SMALLEST, changes)));
  }

  /** Of a file of its Secrets. */
  public path(file: string): string {
    return join(this.root, 'secrets/prod', file);
  }

  public read(file: string): string {
    return readFileSync(this.path(file), 'utf8');
  }

  public give(file: string, content: string): void {
    mkdirSync(join(this.path(file), '..'), { recursive: true });
    writeFileSync(this.path(file), content);
  }

  /** Objects that were written to apply. */
  public secrets<T extends Manifest>(): T[] {
    return parseAllDocuments(this.read('secrets.k8s.yaml')).map((document) => document.toJS() as T);
  }
}

/** One for each test of a file. */
export function place(): Place {
  const one = new Place();
  beforeEach(() => one.open());
  afterEach(() => one.close());
  return one;
}
