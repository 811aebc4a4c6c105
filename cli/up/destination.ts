/** Where an image has to be, so that the nodes of the current context have it. */
import { CommandError, EXIT } from '../command';
import type { Asking } from '../kubectl';
import type { Builder } from './builder';
import { runProgram } from './program';

interface Kubeconfig {
  readonly 'current-context': string;
  readonly contexts: readonly {
    readonly context: { readonly extensions?: readonly { readonly extension: { readonly provider?: string } }[] };
  }[];
}

/** Takes an image there. */
export interface Destination {
  /** Whether the nodes have it from here, and so must not ask a registry. */
  readonly loads: boolean;
  /** What is done, in a few words. */
  readonly doing: string;
  take(builder: Builder, image: string): Promise<void>;
}

function loaded(program: string, cluster: string, command: (archive: string) => readonly string[]): Destination {
  return {
    loads: true,
    doing: `load it into the cluster ${cluster} with ${program}`,
    take: (builder, image) => builder.archive(image, (archive) => runProgram(program, ...command(archive))),
  };
}

const PUSHED: Destination = { loads: false, doing: 'push it to its registry', take: (builder, image) => builder.push(image) };

/** The nodes of a cluster that runs on this machine; nothing where it is another one. */
function local({ 'current-context': context, contexts }: Kubeconfig): Destination | undefined {
  const [, kind] = /^kind-(.+)/.exec(context) ?? [];
  if (kind !== undefined) return loaded('kind', kind, (archive) => ['load', 'image-archive', archive, '--name', kind]);
  const [, k3d] = /^k3d-(.+)/.exec(context) ?? [];
  if (k3d !== undefined) return loaded('k3d', k3d, (archive) => ['image', 'import', archive, '--cluster', k3d]);
  // Its contexts may have any name, and say in their extensions whose they are.
  const extensions = contexts[0]?.context.extensions ?? [];
  if (!extensions.some(({ extension }) => extension.provider === 'minikube.sigs.k8s.io')) return undefined;
  return loaded('minikube', context, (archive) => ['image', 'load', archive, '--profile', context]);
}

/**
 * Of the current context.
 * @throws CommandError when its nodes can only get it from a registry, and it is not to be pushed
 */
export async function destination(kubectl: Asking, push: boolean): Promise<Destination> {
  if (push) return PUSHED;
  const kubeconfig = await kubectl.json<Kubeconfig>('config', 'view', '--minify');
  const found = local(kubeconfig);
  if (found) return found;
  const context = kubeconfig['current-context'];
  throw new CommandError(
    `--build: the context ${context} is none of kind, k3d or minikube, into which an image is loaded: add --push, so that its nodes can pull it`,
    EXIT.usage,
  );
}
