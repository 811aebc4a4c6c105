import { ConfigMap } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { Component } from './component';
import { contentHash } from './content-name';

export interface ConfigFilesProps {
  readonly component: Component;
  /** Added to the name, before the hash of the content.
   * @default - none */
  readonly suffix?: string;
  /** Texts by file name. */
  readonly text?: Readonly<Record<string, string>>;
  /** Base64 by file name. */
  readonly binary?: Readonly<Record<string, string>>;
}

/** Files in an immutable ConfigMap whose name follows its content, so that a change rolls the pods that mount it. */
export class ConfigFiles extends Construct {
  /** Name of the ConfigMap. */
  public readonly name: string;

  public constructor(scope: Construct, id: string, { component, suffix, text = {}, binary = {} }: ConfigFilesProps) {
    super(scope, id);
    const hash = contentHash({ text, binary });
    const map = new ConfigMap(this, 'Resource', {
      immutable: true,
      data: { ...text },
      binaryData: { ...binary },
      metadata: component.metadata({
        suffix: suffix === undefined ? hash : `${suffix}-${hash}`,
        first: true,
        replaced: true,
      }),
    });
    this.name = map.name;
  }
}
