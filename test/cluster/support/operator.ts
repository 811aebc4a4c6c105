/**
 * Does for one `Cluster` what its operator is documented to do, as far as the rest of the stack can see: the operator itself cannot run
 * where its images cannot be pulled. Source: CloudNativePG, "Bootstrap", "Certificates", "Predefined labels".
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { authority, signed } from '../../../cli/certificates';
import { ROOT } from '../../support/stack';
import { kubectl, until, type Namespaced } from './kubectl';
import { objectsOf } from './postgres-pod';

const CLUSTERS = 'clusters.postgresql.cnpg.io';
/** As it is published; a clone that stands alone has none, and gets one that takes any field. */
const PUBLISHED = join(ROOT, '../shared/crds/postgresql.cnpg.io_clusters.yaml');
const ANY = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: CLUSTERS },
  spec: {
    group: 'postgresql.cnpg.io',
    scope: 'Namespaced',
    names: { kind: 'Cluster', plural: 'clusters', singular: 'cluster' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } },
        },
      },
    ],
  },
};
const SUPERUSER = 'postgres';

interface Cluster {
  readonly spec: {
    readonly bootstrap: {
      readonly initdb: {
        readonly database: string;
        readonly owner: string;
        readonly secret: { readonly name: string };
        readonly encoding: string;
        readonly locale: string;
        readonly postInitApplicationSQL: readonly string[];
      };
    };
    readonly certificates?: { readonly serverAltDNSNames: readonly string[] };
    readonly postgresql: { readonly parameters: Readonly<Record<string, string>> };
  };
}

/** Makes the API server know the kind. */
export async function define(): Promise<void> {
  const [file, input] = existsSync(PUBLISHED) ? [PUBLISHED, undefined] : ['-', JSON.stringify(ANY)];
  kubectl(['apply', '--server-side', '--filename', file], input);
  await until('the kind to be served', () => kubectl(['get', CLUSTERS, '--all-namespaces']));
}

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** The one server that writes, its Service, and the Secret of the authority, from the object in the API and the Secret that it names. */
export async function operate(release: Namespaced, name: string): Promise<void> {
  const { spec } = JSON.parse(release.kubectl('get', CLUSTERS, name, '--output=json')) as Cluster;
  const { database, owner, secret, encoding, locale, postInitApplicationSQL } = spec.bootstrap.initdb;
  const values = JSON.parse(release.kubectl('get', 'secret', secret.name, '--output=json')) as {
    type: string;
    data: { username: string; password: string };
  };
  expect(values.type).toBe('kubernetes.io/basic-auth');
  const [username, password] = [values.data.username, values.data.password].map((one) => Buffer.from(one, 'base64').toString());
  expect(username).toBe(owner);
  const service = `${name}-rw`;
  const names = ['', `.${release.namespace}`, `.${release.namespace}.svc`].map((end) => `${service}${end}`);
  const issuer = await authority(name);
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${name}-ca`, namespace: release.namespace },
      stringData: { 'ca.crt': issuer.certificate, 'ca.key': issuer.key },
    },
    ...objectsOf({
      name: `${name}-1`,
      namespace: release.namespace,
      labels: { 'cnpg.io/cluster': name },
      service: { name: service },
      certificate: await signed([...names, ...(spec.certificates?.serverAltDNSNames ?? [])], issuer),
      superuser: SUPERUSER,
      sql: [
        `CREATE ROLE "${owner}" LOGIN PASSWORD ${text(password ?? '')};`,
        `CREATE DATABASE "${database}" OWNER "${owner}" TEMPLATE template0 ENCODING ${text(encoding)} LOCALE ${text(locale)};`,
        `\\connect ${database}`,
        ...postInitApplicationSQL.map((statement) => `${statement};`),
      ].join('\n'),
      parameters: spec.postgresql.parameters,
    }),
  ];
  kubectl(['apply', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  await until(
    'the server to answer',
    () => release.kubectl('get', 'pod', `${name}-1`, '--output=jsonpath={.status.containerStatuses[0].ready}') === 'true',
  );
}
