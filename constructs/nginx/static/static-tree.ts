/** How static files come to where nginx serves them: what its pods need for that. */
import type { Construct } from 'constructs';
import type { Config } from '../../../config/resolve';
import type { k8s } from '../../../imports';
import type { Component } from '../../component';
import { ConfigFiles } from '../../config-files';
import * as pod from '../../pod';
import { RUNTIME_DIRECTORY, runtimeFiles, runtimePath } from '../../runtime-files';
import { DIRECTORIES } from '../conf/settings';
import type { Mount } from '../mount';
import { LARGEST_UNPACKED, type StaticFile } from '../static-files';
import { configMaps } from './config-maps';

export interface StaticTreeProps {
  readonly component: Component;
  readonly settings: Config['nginx'];
  readonly imagePullPolicy: string;
  /** Content of `nginx.static.directory`.
   * @default - Nginx serves no static files from ConfigMaps */
  readonly files?: readonly StaticFile[];
}

export interface StaticTree {
  /** What nginx serves. */
  readonly mounts: readonly Mount[];
  /** What puts it together before nginx starts, in this order. */
  readonly initContainers: readonly k8s.Container[];
  /** Volumes of those alone. */
  readonly volumes: readonly k8s.Volume[];
}

const NOTHING: StaticTree = { mounts: [], initContainers: [], volumes: [] };
const PROGRAM = 'static-files.sh';
/** Where files of ConfigMaps are mounted. Not where nginx looks: their times are those of the pod. */
const SOURCE = '/srv/static-files';

/** The container that makes a tree ready. */
function prepare(scope: Construct, props: StaticTreeProps, tree: k8s.Volume, source?: k8s.Volume) {
  const { component, settings, imagePullPolicy } = props;
  const { name } = new ConfigFiles(scope, 'runtime', { component, suffix: 'runtime', text: runtimeFiles(PROGRAM) });
  const runtime = pod.configVolume('runtime', name);
  const container: k8s.Container = {
    name: 'static',
    image: settings.image,
    imagePullPolicy,
    ...pod.restrictedContainer,
    command: ['sh', runtimePath(PROGRAM), DIRECTORIES.static, ...(source ? [SOURCE] : [])],
    resources: pod.resourceRequirements(settings.resources),
    volumeMounts: [
      pod.mount(tree, DIRECTORIES.static),
      pod.readOnly(runtime, RUNTIME_DIRECTORY),
      ...(source ? [pod.readOnly(source, SOURCE)] : []),
    ],
  };
  return { container, volumes: [runtime, ...(source ? [source] : [])] };
}

/** A container that copies the folder of an image; `into` is seen from the tree. */
const copy = ({ settings, imagePullPolicy }: StaticTreeProps, tree: k8s.Volume, name: string, image: string, from: string, into = '') => ({
  name,
  image,
  imagePullPolicy,
  ...pod.restrictedContainer,
  // Links lead to files of the image, which Nginx does not see.
  command: ['cp', '-RLf', `${from}/.`, `${DIRECTORIES.static}${into}`],
  resources: pod.resourceRequirements(settings.resources),
  volumeMounts: [pod.mount(tree, DIRECTORIES.static)],
});

function fromImages(
  scope: Construct,
  props: StaticTreeProps,
  { name, path }: { readonly name: string; readonly path: string },
): StaticTree {
  const { size = 0, previousImages = [] } = props.settings.static ?? {};
  const tree = pod.scratch('static', size);
  const { container, volumes } = prepare(scope, props, tree);
  const copies = previousImages.map((image, index) =>
    copy(props, tree, `static-previous-${index + 1}`, image, path, `/.previous-${index + 1}`),
  );
  return {
    mounts: [{ volume: tree, path: DIRECTORIES.static }],
    initContainers: [copy(props, tree, 'static-release', name, path), ...copies, container],
    volumes,
  };
}

function fromConfigMaps(scope: Construct, props: StaticTreeProps, files: readonly StaticFile[]): StaticTree {
  const tree = pod.scratch('static', LARGEST_UNPACKED);
  const { container, volumes } = prepare(scope, props, tree, configMaps(scope, props.component, files));
  return { mounts: [{ volume: tree, path: DIRECTORIES.static }], initContainers: [container], volumes };
}

/** What serving `nginx.static` takes. A claim keeps the times of its files, and every pod sees the same ones. */
export function staticTree(scope: Construct, props: StaticTreeProps): StaticTree {
  const { image, claim } = props.settings.static ?? {};
  if (image) return fromImages(scope, props, image);
  if (props.files) return fromConfigMaps(scope, props, props.files);
  if (claim === undefined) return NOTHING;
  const volume = { name: 'static', persistentVolumeClaim: { claimName: claim, readOnly: true } };
  return { ...NOTHING, mounts: [{ volume, path: DIRECTORIES.static }] };
}
