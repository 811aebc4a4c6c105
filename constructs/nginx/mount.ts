import type { k8s } from '../../imports';

/** A volume of the pod, and where Nginx finds it. */
export interface Mount {
  readonly volume: k8s.Volume;
  readonly path: string;
  /** @default false */
  readonly writable?: boolean;
  /** Folder in the volume, with variables of the container.
   * @default - all of it */
  readonly subPathExpr?: string;
}
