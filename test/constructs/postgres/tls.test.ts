import { readFileSync } from 'node:fs';
import { schemaProblems } from '../../../checks/schema';
import { secretContracts } from '../../../constructs/secrets';
import { container, containers, isWorkload, podSpec, template, variables, volume } from '../../support/pods';
import { config, render, ROOT } from '../../support/stack';

const NO_TLS = { postgres: { tls: { enabled: false } } };
const rendered = render();
const statefulSet = () => rendered.find('StatefulSet', 'shop-postgres');
const CLIENTS = [
  ['Deployment', 'shop-gunicorn'],
  ['Job', 'shop-migrate'],
  ['CronJob', 'shop-backup'],
] as const;
const FOLDER = '/run/secrets/postgres-tls';

describe('the server', () => {
  const { args = [], volumeMounts } = container(statefulSet(), 'postgres');

  test('serves its certificate, and takes no connection from outside without TLS', () => {
    expect(args).toEqual(
      expect.arrayContaining([
        'ssl=on',
        `ssl_cert_file=${FOLDER}/tls.crt`,
        `ssl_key_file=${FOLDER}/tls.key`,
        'hba_file=/runtime/pg_hba.conf',
      ]),
    );
    const access = readFileSync(`${ROOT}/runtime/pg_hba.conf`, 'utf8');
    expect(rendered.find('ConfigMap', 'shop-postgres')).toHaveProperty(['data', 'pg_hba.conf'], access);
    const [...types] = access.matchAll(/^(?!#)(\w+) .* (\S+)$/gm);
    expect(types.map(([, type, method]) => `${type} ${method}`)).toEqual(['local trust', 'local trust', 'hostssl scram-sha-256']);
    expect(volumeMounts).toContainEqual({ name: 'runtime', mountPath: '/runtime', readOnly: true });
  });

  test('has a key that only its user can read, as it demands', () => {
    expect(volume(statefulSet(), 'secret-postgres-tls').secret).toEqual({
      secretName: 'shop-postgres-tls',
      defaultMode: 0o440,
      items: ['tls.crt', 'tls.key', 'ca.crt'].map((key) => ({ key, path: key })),
    });
  });

  test('is told of a renewed certificate by a container beside it, over its socket', () => {
    const renewal = container(statefulSet(), 'renewal');
    expect(renewal.command).toEqual(['bash', '/runtime/renewal.sh', FOLDER]);
    expect(variables(renewal)).toEqual({ PGHOST: '/var/run/postgresql', PGUSER: 'shop', PGDATABASE: 'postgres' });
    expect(renewal.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(['/runtime', FOLDER, '/var/run/postgresql', '/tmp']);
    expect(renewal.image).toBe(container(statefulSet(), 'postgres').image);
  });
});

describe.each(CLIENTS)('%s %s', (kind, name) => {
  const object = rendered.find(kind, name);

  test('checks the name of the server and who signed for it, in every container', () => {
    for (const one of containers(object))
      expect(variables(one)).toMatchObject({ PGSSLMODE: 'verify-full', PGSSLROOTCERT: `${FOLDER}/ca.crt` });
  });

  test('has the authority, and never the key', () => {
    expect(volume(object, 'secret-postgres-tls').secret?.items).toEqual([{ key: 'ca.crt', path: 'ca.crt' }]);
    for (const one of containers(object))
      expect(one.volumeMounts).toContainEqual({ name: 'secret-postgres-tls', mountPath: FOLDER, readOnly: true });
  });
});

test('nobody else mounts it, and those who do are those of the contract', () => {
  const readers = rendered.objects
    .filter(isWorkload)
    .filter((object) => podSpec(object).volumes?.some(({ secret }) => secret?.secretName === 'shop-postgres-tls'))
    .map((object) => template(object).metadata.labels['app.kubernetes.io/component']);
  expect(readers.sort()).toEqual([...(secretContracts(config())['postgres-tls']?.readers ?? [])].sort());
});

test('without TLS nothing of it is there', () => {
  expect(JSON.stringify(render(NO_TLS).objects).match(/PGSSL\w*|postgres-tls|hba_file|renewal/g)).toBeNull();
});

describe('with an issuer of cert-manager', () => {
  const issuer = { name: 'internal', kind: 'Issuer' };
  const changes = { postgres: { tls: { enabled: true, issuer } } };

  test('a certificate of all its names is asked for, into the Secret that the pods mount', () => {
    const found = render(changes).find('Certificate', 'shop-postgres');
    expect(schemaProblems(found)).toEqual([]);
    expect(found.spec).toMatchObject({
      secretName: 'shop-postgres-tls',
      dnsNames: config(changes).postgres.tls.hosts,
      issuerRef: { ...issuer, group: 'cert-manager.io' },
    });
  });

  test('the Secret is not ours to make', () => {
    expect(secretContracts(config(changes))['postgres-tls']).toMatchObject({ existing: true });
    expect(secretContracts(config())['postgres-tls']).toMatchObject({ existing: false });
    expect(rendered.names('Certificate')).toEqual([]);
  });
});
