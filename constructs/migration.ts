import { Construct } from 'constructs';
import type { Config } from '../config/resolve';
import { k8s } from '../imports';
import { Application, SHARED_RUNTIME, type ApplicationProps } from './application';
import { nodeOf } from './claims';
import type { Component } from './component';
import { ConfigFiles } from './config-files';
import { BACKUP_PROGRAMS, dumpContainer, dumpVolume, type DumpProps } from './dump';
import { MIGRATE_PROGRAMS, migrateCommand } from './migrate';
import * as pod from './pod';
import { ROLES_PROGRAMS, rolesContainer, rolesSecrets } from './roles';
import { runtimeFiles, runtimePath } from './runtime-files';
import { serviceAccount } from './service-account';

/** Properties of `Migration`. */
export interface MigrationProps {
  readonly component: Component;
  readonly application: ApplicationProps;
  readonly settings: Config['migrate'];
  /** The server, and what the database is to have before it is migrated. */
  readonly postgres: Pick<Config['postgres'], 'image' | 'extensions'>;
  /** The backup that is made before anything is migrated. */
  readonly dump: DumpProps;
}

/** A Job that has ended, well or not, goes after this time, so that a later apply runs it again. Seconds. */
const TIME_TO_LIVE = 3600;
/** How `migrate` ends when a migration is half done, so that another pod would only fail, or do harm. */
const HALF_DONE: k8s.PodFailurePolicyRule = {
  action: 'FailJob',
  onExitCodes: { containerName: 'migrate', operator: 'In', values: [3] },
  onPodConditions: [], // up to 1.28 the API's schema has it as required
};
/** What `npm run rollback` runs in this release's image. */
const REVERSAL_PROGRAMS = ['reversal.py', 'history.py', 'verdicts.py', 'ways.py'] as const;
const PENDING_PROGRAMS = ['pending.py', 'risks.py', 'operations.py', 'statements.py', 'old_code.py', 'waits.py', 'tables.py'] as const;
const WORK = '/marker';
/** Is there when something is to be migrated in a database that holds something. */
const MARKER = `${WORK}/pending`;
const MARKER_BYTES = 1024 ** 2;

/** Argo CD runs it in its wave in every sync, and replaces one that is still there. */
const HOOK = { 'argocd.argoproj.io/hook': 'Sync', 'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation' };

/** Makes the roles of the database, and migrates it: once per release, before the new pods serve, after a backup when there is something
 * to migrate. */
export class Migration extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: MigrationProps,
  ) {
    super(scope, id);
    const { component, settings } = props;
    const serviceAccountName = serviceAccount(this, component);
    const runtime = new ConfigFiles(this, 'runtime', {
      component,
      text: runtimeFiles(
        ...PENDING_PROGRAMS,
        ...REVERSAL_PROGRAMS,
        ...MIGRATE_PROGRAMS,
        ...ROLES_PROGRAMS,
        ...BACKUP_PROGRAMS,
        ...SHARED_RUNTIME,
      ),
    });
    new k8s.KubeJob(this, 'job', {
      // Its pod template cannot change, so the stack completes the name by a hash of it.
      metadata: component.metadata({ annotations: HOOK }),
      spec: {
        backoffLimit: 2,
        podFailurePolicy: { rules: [HALF_DONE] },
        activeDeadlineSeconds: settings.deadline,
        ttlSecondsAfterFinished: TIME_TO_LIVE,
        template: { metadata: { labels: { ...component.labels } }, spec: this.podSpec(serviceAccountName, runtime.name) },
      },
    });
  }

  private podSpec(serviceAccountName: string, runtime: string): k8s.PodSpec {
    const { component, application, settings, dump } = this.props;
    const app = new Application(application, runtime, settings.resources.limits['ephemeral-storage']);
    const work = pod.scratch('work', MARKER_BYTES);
    const resources = pod.resourceRequirements(settings.resources);
    const verdicts = ['--missing-migrations', settings.missingMigrations, '--risks', settings.risks];
    const own = application.secrets[`postgres-${application.role}`];
    const ofOthers = rolesSecrets(application.secrets).filter((secret) => secret !== own);
    return {
      serviceAccountName,
      ...pod.restrictedPod,
      imagePullSecrets: app.pullSecrets,
      ...nodeOf(dump.backups, component),
      restartPolicy: 'Never',
      initContainers: [
        this.roles(),
        app.container('pending', {
          command: ['python3', runtimePath('pending.py'), '--wait', `${settings.wait}`, '--marker', MARKER, ...verdicts],
          resources,
          volumeMounts: [pod.mount(work, WORK)],
        }),
        dumpContainer(dump, { args: ['--only-if', MARKER], volumeMounts: [pod.readOnly(work, WORK)] }),
      ],
      containers: [app.container('migrate', { command: migrateCommand(settings), resources })],
      volumes: [...app.volumes, ...ofOthers.map(pod.secretVolume), work, dumpVolume(dump)],
    };
  }

  private roles(): k8s.Container {
    const { application, settings, postgres } = this.props;
    return rolesContainer({ ...application, ...settings, image: postgres.image, extensions: postgres.extensions });
  }
}
