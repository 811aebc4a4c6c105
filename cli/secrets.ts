import { chmodSync, existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { App } from 'cdk8s';
import { databaseRoles } from '../config/database-roles';
import type { Environment } from '../config/load';
import type { Config } from '../config/resolve';
import { SecretManifests } from '../constructs/secret-manifests';
import { HTPASSWD, POSTGRES_USER, secretContracts, TLS_KEY, USERLIST, type SecretContract } from '../constructs/secrets';
import { certificateProblems } from './certificates';
import { CommandError, environmentNamed, ROOT } from './command';
import { htpasswdProblems, USER } from './htpasswd';
import { rotation, type RotationName } from './rotation/rotation';
import { PASSWORD, SecretValues } from './secret-values';
import { userlist } from './userlist';

const FOLDER = 'secrets';
const MANIFESTS = 'dist';
const MANIFEST = 'secrets';

/** What is applied of an environment's Secrets, from the root. */
export const secretsManifest = (environment: string) => `${FOLDER}/${environment}/${MANIFEST}.k8s.yaml`;

/** Names that the certificate in a Secret is for. */
type HostsOf = (contract: SecretContract) => readonly string[];

function refuse(lines: readonly string[]): void {
  if (lines.length > 0) throw new CommandError(lines.join('\n'));
}

function checkCertificate(values: SecretValues, contracts: readonly SecretContract[], hostsOf: HostsOf, folder: string): void {
  for (const contract of contracts.filter(({ keys }) => keys.includes(TLS_KEY))) {
    const { errors, warnings } = certificateProblems(values.read(contract), hostsOf(contract));
    refuse(errors.map((message) => `${folder}/${contract.id}/: ${message}`));
    for (const warning of warnings) console.error(`warning: ${folder}/${contract.id}/: ${warning}`);
  }
}

function checkPasswords(values: SecretValues, contracts: readonly SecretContract[], folder: string): void {
  for (const contract of contracts.filter(({ id }) => id === HTPASSWD)) {
    const problems = htpasswdProblems(values.read(contract)[HTPASSWD]?.toString() ?? '');
    refuse(problems.map((message) => `${folder}/${contract.id}/: ${HTPASSWD} ${message}`));
  }
}

function checkLogin(values: SecretValues, contract: SecretContract, logins: readonly string[], folder: string): void {
  const login = values.text(contract, POSTGRES_USER);
  if (!logins.includes(login)) refuse([`${folder}/${contract.id}/${POSTGRES_USER} must be ${logins.join(' or ')}, got ${login}`]);
}

/** Says where each value is from, or no more than what is new. */
function tell(values: SecretValues, all: readonly SecretContract[], show: (path: string) => string, brief: boolean): void {
  for (const path of values.made) console.log(`made  ${show(path)}`);
  if (brief && values.made.length === 0) return;
  for (const path of brief ? [] : values.kept) console.log(`kept  ${show(path)}`);
  for (const secretName of new Set(all.filter(({ existing }) => existing).map(({ name }) => name)))
    console.log(`left  Secret ${secretName}, which someone else makes`);
  const passwords = all.filter(({ id, existing }) => id === HTPASSWD && !existing).map((contract) => values.path(contract, PASSWORD));
  for (const path of passwords.filter(existsSync)) console.log(`note  the password of ${USER} stands in ${show(path)}`);
}

/** Secrets of an environment whose values are in its folder. */
export const ownSecrets = (config: Config): SecretContract[] =>
  Object.values(secretContracts(config)).filter(({ existing, derived }) => !existing && !derived);

/** Whether the folder of an environment holds something of a Secret. */
export const holdsSecret = (root: string, environment: string, { id }: SecretContract): boolean =>
  existsSync(join(root, FOLDER, environment, id));

export interface FillOptions {
  /** What gets new values in place of those that are in use.
   * @default - nothing */
  readonly rotate?: RotationName;
  /** Says nothing of what was there before.
   * @default false */
  readonly brief?: boolean;
}

/**
 * Fills `secrets/<environment>/` with what is not there yet, and writes the manifests of the Secrets beside it.
 * @returns the commands that are to follow
 * @throws CommandError when a value is missing that only the user can give, the certificate and its key do not belong together, a hash of
 * a password or the login of the application is none, or what is to be rotated is not there, or in the middle of a rotation
 */
export async function fillSecrets(
  { name, config }: Environment,
  root: string,
  { rotate, brief = false }: FillOptions = {},
): Promise<readonly string[] | undefined> {
  const folder = `${FOLDER}/${name}`;
  const values = new SecretValues(join(root, folder));
  const all = secretContracts(config);
  const contracts = ownSecrets(config);
  const show = (path: string) => relative(root, path);
  const folders = { secrets: folder, dist: `${MANIFESTS}/${name}` };
  const rotating = rotate && rotation(rotate, { name, config, contracts: all, values, folders });

  refuse(
    (rotating?.needed ?? [])
      .filter((path) => !existsSync(path))
      .map(
        (path) => `${show(path)} is missing: there is nothing to rotate before \`npm run secrets ${name}\` has made it, and it is applied`,
      ),
  );
  const { appLogins: logins } = databaseRoles(config.postgres.user);
  const { nginx, postgres } = config;
  const hostsOf: HostsOf = ({ id }) =>
    id === 'tls' ? nginx.tls.hosts : id === 'pooler-tls' ? (postgres.pooler?.hosts ?? []) : postgres.tls.hosts;
  for (const contract of contracts) await values.fill(contract, { hosts: hostsOf(contract), logins });
  tell(values, Object.values(all), show, brief);

  refuse(
    contracts
      .flatMap((contract) => values.missing(contract))
      .map((path) => `${show(path)} is missing: write the value into this file, and run the command again`),
  );
  checkCertificate(values, contracts, hostsOf, folder);
  checkPasswords(values, contracts, folder);
  checkLogin(values, all['postgres-app'], logins, folder);
  refuse((rotating?.problems() ?? []).map((problem) => problem.replaceAll(`${root}/`, '')));
  rotating?.write();

  const app = new App({ outdir: join(root, folder) });
  new SecretManifests(app, MANIFEST, {
    release: config,
    secrets: [
      ...contracts.map((contract) => ({ contract, values: values.read(contract) })),
      ...(all.pooler ? [{ contract: all.pooler, values: { [USERLIST]: userlist(values, all['postgres-app']) } }] : []),
    ],
  });
  app.synth();
  chmodSync(join(root, secretsManifest(name)), 0o600);
  return rotating?.commands();
}

/**
 * `npm run secrets <environment>`: fills them, and says what is to follow.
 * @param rotate - what gets new values in place of those that are in use
 */
export async function secrets(wanted: string | undefined, root = ROOT, rotate?: RotationName): Promise<void> {
  const environment = environmentNamed(wanted, root);
  const commands = await fillSecrets(environment, root, { rotate });
  const next = commands ?? [`kubectl apply -f ${FOLDER}/${environment.name}`];
  const then = commands ? 'then, in this order:\n\n' : 'apply it with: ';
  console.log(`wrote ${secretsManifest(environment.name)}; ${then}${next.join(' &&\n')}`);
}
