import { chmodSync, existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { App } from 'cdk8s';
import { SecretManifests } from '../constructs/secret-manifests';
import { HTPASSWD, secretContracts, type SecretContract } from '../constructs/secrets';
import { CommandError, environmentNamed, ROOT } from './command';
import { htpasswdProblems, USER } from './htpasswd';
import { certificateProblems, PASSWORD, SecretValues } from './secret-values';

const FOLDER = 'secrets';
const MANIFEST = 'secrets';

function refuse(lines: readonly string[]): void {
  if (lines.length > 0) throw new CommandError(lines.join('\n'));
}

function checkCertificate(values: SecretValues, contracts: readonly SecretContract[], hosts: readonly string[], folder: string): void {
  for (const contract of contracts.filter(({ id }) => id === 'tls')) {
    const { errors, warnings } = certificateProblems(values.read(contract), hosts);
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

/**
 * Fills `secrets/<environment>/` with what is not there yet, and writes the manifests of the Secrets beside it.
 * @throws CommandError when a value is missing that only the user can give, the certificate and its key do not belong together, or a
 * hash of a password is none
 */
export async function secrets(wanted: string | undefined, root = ROOT): Promise<void> {
  const { name, config } = environmentNamed(wanted, root);
  const folder = `${FOLDER}/${name}`;
  const values = new SecretValues(join(root, folder));
  const all = Object.values(secretContracts(config));
  const contracts = all.filter(({ existing }) => !existing);

  for (const contract of contracts) await values.fill(contract, config.nginx.tls.hosts);
  const show = (path: string) => relative(root, path);
  for (const path of values.made) console.log(`made  ${show(path)}`);
  for (const path of values.kept) console.log(`kept  ${show(path)}`);
  for (const { name: secretName } of all.filter(({ existing }) => existing))
    console.log(`left  Secret ${secretName}, which someone else makes`);
  const passwords = contracts.filter(({ id }) => id === HTPASSWD).map((contract) => values.path(contract, PASSWORD));
  for (const path of passwords.filter(existsSync)) console.log(`note  the password of ${USER} stands in ${show(path)}`);

  refuse(
    contracts
      .flatMap((contract) => values.missing(contract))
      .map((path) => `${show(path)} is missing: write the value into this file, and run the command again`),
  );
  checkCertificate(values, contracts, config.nginx.tls.hosts, folder);
  checkPasswords(values, contracts, folder);

  const app = new App({ outdir: join(root, folder) });
  new SecretManifests(app, MANIFEST, {
    release: config,
    secrets: contracts.map((contract) => ({ contract, values: values.read(contract) })),
  });
  app.synth();
  const manifest = `${folder}/${MANIFEST}.k8s.yaml`;
  chmodSync(join(root, manifest), 0o600);
  console.log(`wrote ${manifest}; apply it with: kubectl apply -f ${folder}`);
}
