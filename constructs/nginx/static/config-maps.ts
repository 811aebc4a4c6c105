import type { Construct } from 'constructs';
import type { k8s } from '../../../imports';
import type { Component } from '../../component';
import { ConfigFiles } from '../../config-files';
import { packStaticFiles, type StaticFile } from '../static-files';

/** Files as one tree, from as many ConfigMaps as it takes. */
export function configMaps(scope: Construct, component: Component, files: readonly StaticFile[]): k8s.Volume {
  const packed = packStaticFiles(files);
  const own = packed.filter(([first]) => first?.previous === undefined).length;
  const sources = packed.map((group, index) => {
    const suffix = index < own ? `static-${index}` : `static-previous-${index - own}`;
    const binary = Object.fromEntries(group.map(({ key, content }) => [key, content]));
    const { name } = new ConfigFiles(scope, suffix, { component, suffix, binary });
    return { configMap: { name, items: group.map(({ key, path }) => ({ key, path })) } };
  });
  return { name: 'static-files', projected: { sources } };
}
