/** Connections to the database: encrypted, checked by clients, and so after a renewal. */
import { X509Certificate } from 'node:crypto';
import { until } from './support/kubectl';
import { Release } from './support/release';
import { unencrypted } from './support/sessions';
import { serving, visit } from './support/visitor';

const release = new Release('dev', { release: 'vault', django: { hosts: ['vault.localhost'] } });
const NAME = `${release.release}-postgres`;

beforeAll(() => serving(release));
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

/** What a program prints in a pod of Gunicorn, run as the project's own commands are, with other variables. */
function python(program: string, variables: Readonly<Record<string, string>> = {}): string {
  const env = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const command = ['env', ...env, 'python3', '/runtime/manage.py', 'shell', '--command', program];
  return release.kubectl('exec', `deployment/${release.release}-gunicorn`, '--', ...command).trim();
}

const CONNECT = `
from django.db import connection
try:
    with connection.cursor() as cursor:
        cursor.execute("set role none")  # whose the connection is; the role of all logins sees none but its own
        cursor.execute("select ssl, version from pg_stat_ssl where pid = pg_backend_pid()")
        print(*cursor.fetchone())
except Exception as error:
    print(str(error).replace("\\n", " "))`;

/** What comes of a connection from there. */
const connects = (variables: Readonly<Record<string, string>>): string => python(CONNECT, variables).split('\n').at(-1) ?? '';

test("Django's connection is encrypted, and so is every other from outside of the pod", async () => {
  expect(connects({})).toMatch(/^True TLSv1\.[23]$/);
  await until('a page', () => visit(release, '/').status === 200);
  expect(unencrypted(release)).toBe(0);
});

test('a client without TLS is refused', () => {
  expect(connects({ PGSSLMODE: 'disable' })).toMatch(/no pg_hba\.conf entry for host .*no encryption/);
});

test('a client that trusts another authority refuses the server', () => {
  expect(connects({ PGSSLROOTCERT: '/etc/ssl/certs/ca-certificates.crt' })).toMatch(/certificate verify failed/);
});

test('a client that knows the server by another name refuses it', () => {
  const address = release.pods('postgres')[0]?.status.podIP ?? '';
  expect(connects({ POSTGRES_HOST: address })).toMatch(/does not match host name|certificate for .* does not match/);
  expect(connects({ POSTGRES_HOST: `${NAME}.${release.namespace}.svc.cluster.local` })).toMatch(/^True/);
});

test('a backup is made over TLS', async () => {
  release.kubectl('create', 'job', 'encrypted', `--from=cronjob/${release.release}-backup`);
  const job = () => release.list('jobs').find(({ metadata }) => metadata.name === 'encrypted')?.status;
  await until('the backup to end', () => (job()?.succeeded ?? job()?.failed) !== undefined);
  expect(release.kubectl('logs', 'job/encrypted')).toContain('"event":"backup_ok"');
});

test('a renewed certificate is served by itself, and no pod restarts', async () => {
  const served = () => {
    const program = `
import os, socket, ssl, struct
connection = socket.create_connection((os.environ["POSTGRES_HOST"], 5432), 5)
connection.sendall(struct.pack("!ii", 8, 80877103))
assert connection.recv(1) == b"S"
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.load_verify_locations(os.environ["PGSSLROOTCERT"])
with context.wrap_socket(connection, server_hostname=os.environ["POSTGRES_HOST"]) as encrypted:
    print(ssl.DER_cert_to_PEM_cert(encrypted.getpeercert(True)))`;
    const pem = python(program);
    return new X509Certificate(pem.slice(pem.indexOf('-----BEGIN'))).serialNumber;
  };
  const [before, pod] = [served(), release.pods('postgres')[0]?.metadata.uid];
  await release.renewCertificate('postgres-tls');
  await until('another certificate', () => served() !== before);
  expect(release.pods('postgres')[0]?.metadata.uid).toBe(pod);
  expect(release.pods('postgres')[0]?.status.containerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0, 0]);
  expect(connects({})).toMatch(/^True/);
});
