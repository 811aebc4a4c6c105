/** An image of the project, made from its Dockerfile and tagged by what it holds. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageParts } from '../../config/names';
import { CommandError, EXIT } from '../command';
import { runProgram, unusable } from './program';

const DOCKERFILES = ['Dockerfile', 'Containerfile'];
/** Digits of an image's id that make its tag: as many as builders show. */
const TAG_LENGTH = 12;

/** What one of them is told, where they do not take the same words. */
interface Dialect {
  readonly build: readonly string[];
  /** Writes an image into an archive. */
  save(image: string, archive: string): readonly string[];
}

const save = (image: string, archive: string) => ['save', '--output', archive, image];
/** In the order in which they are looked for. */
const BUILDERS: Readonly<Record<string, Dialect>> = {
  docker: { build: ['build'], save },
  podman: { build: ['build'], save },
  // Without layers nothing is taken from the build before, and every build is another image.
  buildah: { build: ['build', '--layers'], save: (image, archive) => ['push', image, `docker-archive:${archive}:${image}`] },
};

/** The one folder with a Dockerfile: the root, or one right below it. */
function folderIn(root: string): string {
  const below = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !/^(?:\.|node_modules$)/.test(entry.name),
  );
  const has = (folder: string) => DOCKERFILES.some((name) => existsSync(join(root, folder, name)));
  const folders = ['.', ...below.map(({ name }) => name).sort()].filter(has);
  if (folders.length === 1 && folders[0] !== undefined) return folders[0];
  const found = folders.length === 0 ? 'none has one, here or right below' : `these have one: ${folders.join(', ')}`;
  throw new CommandError(`--build: name the folder that holds the Dockerfile; ${found}`, EXIT.usage);
}

/**
 * The folder to build.
 * @param asked seen from the root
 * @throws CommandError when it, or its Dockerfile, is not there
 */
export function buildFolder(root: string, asked: string | true): string {
  const folder = asked === true ? folderIn(root) : asked;
  if (DOCKERFILES.some((name) => existsSync(join(root, folder, name)))) return folder;
  throw new CommandError(`--build: must be a folder that holds a Dockerfile, got "${folder}"`, EXIT.usage);
}

/** As a registry and every builder name it: a short name is one of Docker Hub. */
function wholeName(image: string): string {
  const name = imageParts(image)?.name ?? image;
  const [first = '', ...rest] = name.split('/');
  if (rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')) return name;
  return `docker.io/${rest.length > 0 ? '' : 'library/'}${name}`;
}

/** Makes images with one of these programs. */
export class Builder {
  private constructor(
    public readonly program: string,
    private readonly dialect: Dialect,
  ) {}

  /**
   * The first that can be used.
   * @throws CommandError when there is none, with the reason for each
   */
  public static async find(): Promise<Builder> {
    const reasons: string[] = [];
    for (const [program, dialect] of Object.entries(BUILDERS)) {
      const reason = await unusable(program, 'version');
      if (reason === undefined) return new Builder(program, dialect);
      reasons.push(`  ${program}: ${reason}`);
    }
    throw new CommandError(['--build needs one of these, and none can be used:', ...reasons].join('\n'));
  }

  /**
   * Builds a folder; what is in its .dockerignore is left out by the builder itself.
   * @param image its tag gives way to that of the content
   * @param variables of the Dockerfile, as `NAME=VALUE`
   * @returns the name with the tag: another one for each image, the same where nothing has changed
   */
  public async build(folder: string, image: string, variables: readonly string[]): Promise<string> {
    return this.beside('id', async (file) => {
      const args = variables.flatMap((variable) => ['--build-arg', variable]);
      await runProgram(this.program, ...this.dialect.build, '--iidfile', file, ...args, folder);
      const id = readFileSync(file, 'utf8').trim();
      const built = `${wholeName(image)}:${id.replace(/^sha256:/, '').slice(0, TAG_LENGTH)}`;
      await runProgram(this.program, 'tag', id, built);
      return built;
    });
  }

  public push(image: string): Promise<void> {
    return runProgram(this.program, 'push', image);
  }

  /** Hands an archive of it on. */
  public archive(image: string, take: (archive: string) => Promise<void>): Promise<void> {
    return this.beside('image.tar', async (file) => {
      await runProgram(this.program, ...this.dialect.save(image, file));
      await take(file);
    });
  }

  /** A file that is there no longer than it is used. */
  private async beside<T>(name: string, use: (file: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'image-'));
    try {
      return await use(join(folder, name));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}
