import type { Construct } from 'constructs';
import { ConfigFiles } from '../config-files';
import { tlsVolumes } from '../database';
import * as pod from '../pod';
import { runtimeFiles } from '../runtime-files';
import { DatabaseJob, type RestoreProps } from './database-job';

/** Gives the restored database the name of the live one, and that another. */
export class Swap extends DatabaseJob {
  public constructor(scope: Construct, id: string, props: RestoreProps) {
    super(scope, id, props);
    const { postgres } = this.application.secrets;
    const runtime = new ConfigFiles(this, 'runtime', {
      component: this.component,
      suffix: id,
      text: runtimeFiles('swap.sh', 'program.sh'),
    });
    this.job({
      containers: [this.container('swap', [], { ASIDE: props.aside }, [])],
      volumes: [
        pod.configVolume('runtime', runtime.name),
        pod.secretVolume(postgres),
        ...tlsVolumes(this.application.database),
        pod.scratch('tmp', props.config.backup.resources.limits['ephemeral-storage']),
      ],
    });
  }
}
