/** The image of a release, where it is to be built: with what, out of what, and where it has to be. */
import { join } from 'node:path';
import type { Environment } from '../../config/load';
import { CommandError, EXIT, tell } from '../command';
import type { Asking } from '../kubectl';
import { Builder, buildFolder } from './builder';
import { destination, type Destination } from './destination';

export interface BuildOptions {
  /** Builds an image, of that folder or of the only one that has a Dockerfile.
   * @default - the image that the environment names is there */
  readonly build?: string | true;
  /** Variables of the Dockerfile, as `NAME=VALUE`. */
  readonly buildArg?: readonly string[];
  /** Pushes it to its registry.
   * @default false */
  readonly push?: boolean;
}

interface Parts {
  readonly builder: Builder;
  readonly destination: Destination;
  readonly root: string;
  /** Seen from the root. */
  readonly folder: string;
  /** As the environment names it. */
  readonly image: string;
  readonly variables: readonly string[];
}

function refuseWithoutBuild({ buildArg = [], push = false }: BuildOptions): void {
  const alone = push ? '--push' : buildArg.length > 0 ? '--build-arg' : undefined;
  if (alone !== undefined) throw new CommandError(`${alone} is of no use without --build`, EXIT.usage);
}

function checkVariables(variables: readonly string[]): void {
  const wrong = variables.find((variable) => !/^[A-Za-z_]\w*=/.test(variable));
  if (wrong !== undefined) throw new CommandError(`--build-arg: must be NAME=VALUE, got "${wrong}"`, EXIT.usage);
}

export class Build {
  private constructor(private readonly parts: Parts) {}

  /**
   * What is asked for, found possible before anything is done; nothing where nothing is to be built.
   * @throws CommandError when there is nothing to build, nothing to build it with, or no way for the nodes to get it
   */
  public static async wanted(options: BuildOptions, environment: Environment, root: string, kubectl: Asking): Promise<Build | undefined> {
    const { build, buildArg: variables = [], push = false } = options;
    const { image, imagePullPolicy } = environment.config;
    if (build === undefined) {
      refuseWithoutBuild(options);
      return undefined;
    }
    checkVariables(variables);
    const folder = buildFolder(root, build);
    const to = await destination(kubectl, push);
    if (to.loads && imagePullPolicy === 'Always') {
      const message = 'must be IfNotPresent, as the image is loaded into the nodes, got Always; or push it instead: --push';
      throw new CommandError(environment.say({ path: ['imagePullPolicy'], message }));
    }
    return new Build({ builder: await Builder.find(), destination: to, root, folder, image, variables });
  }

  /** What is done, a line each. */
  public steps(): string[] {
    const { builder, destination: to, folder, image } = this.parts;
    return [`build ${folder} with ${builder.program}, and tag it by its content, in the place of ${image}`, to.doing];
  }

  /**
   * Makes it, and takes it where the nodes find it.
   * @returns its name
   */
  public async run(): Promise<string> {
    const { builder, destination: to, root, folder, image, variables } = this.parts;
    tell(`building ${folder} with ${builder.program}`);
    const built = await builder.build(join(root, folder), image, variables);
    tell(`built ${built}; ${to.doing}`);
    await to.take(builder, built);
    return built;
  }
}
