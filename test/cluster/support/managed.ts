/** A Postgres outside of the release, whose administrator is no superuser: what a managed service gives. */
import { authority, signed } from '../../../cli/certificates';
import { applyNamespace, kubectl, Namespaced, PATIENTLY } from './kubectl';
import { block } from './page';
import { objectsOf } from './postgres-pod';

const SUPERUSER = 'platform';
/** Who has no more than CREATEROLE and CREATEDB. */
const SERVICE = 'service';
/** What such an administrator does once, as the page says. */
const ONCE = block('how-to/external.md', 'CREATE ROLE manager');
const NAME = 'managed';

export class Managed extends Namespaced {
  public readonly host: string;
  public readonly administrator = 'manager';
  public readonly password = "of the manager: 'ä'";

  public constructor(
    namespace: string,
    /** That the administrator owns. */
    private readonly database: string,
  ) {
    super(namespace);
    this.host = `managed.${namespace}.svc.cluster.local`;
  }

  /** Starts it, and returns the certificate of its authority and the address that it has. */
  public async start(): Promise<{ readonly authority: string; readonly address: string }> {
    const issuer = await authority(NAME);
    const once = ONCE.replace("'...'", `'${this.password.replaceAll("'", "''")}'`).replace('DATABASE shop', `DATABASE ${this.database}`);
    const objects = objectsOf({
      name: NAME,
      namespace: this.namespace,
      labels: { app: NAME },
      service: { name: NAME, clusterIP: 'None' },
      certificate: await signed([this.host], issuer),
      superuser: SUPERUSER,
      sql: `create role ${SERVICE} login createrole createdb;\n\\connect - ${SERVICE}\n${once}`,
    });
    applyNamespace(this.namespace);
    kubectl(['apply', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    this.kubectl('wait', '--for=condition=Ready', 'pod/managed', PATIENTLY);
    const address = this.kubectl('get', 'pod', 'managed', '--output=jsonpath={.status.podIP}');
    return { authority: issuer.certificate, address };
  }

  /** What it answers its superuser, as unaligned text. */
  public sql(statement: string, database = this.database): string {
    return this.kubectl('exec', 'managed', '--', 'psql', '-U', SUPERUSER, '-Atc', statement, database).trim();
  }
}
