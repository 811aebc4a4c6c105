import { chmodSync } from 'node:fs';
import { join, relative } from 'node:path';
import { App } from 'cdk8s';
import { SecretManifests } from '../constructs/secret-manifests';
import { secretContracts, type SecretContract } from '../constructs/secrets';
import { CommandError, environmentNamed, ROOT } from './command';
import { certificateProblems, SecretValues } from './secret-values';

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

/**
 * Fills `secrets/<environment>/` with what is not there yet, and writes the manifests of the Secrets beside it.
 * @throws CommandError when a value is missing that only the user can give, or the certificate and its key do not belong together
 */
export async function secrets(wanted: string | undefined, root = ROOT): Promise<void> {
  const { name, config } = environmentNamed(wanted, root);
  const folder = `${FOLDER}/${name}`;
  const values = new SecretValues(join(root, folder));
  const all = Object.values(secretContracts(config));
  const contracts = all.filter(({ existing }) => !existing);

  for (const contract of contracts) await values.fill(contract, config.django.hosts);
  const show = (path: string) => relative(root, path);
  for (const path of values.made) console.log(`made  ${show(path)}`);
  for (const path of values.kept) console.log(`kept  ${show(path)}`);
  for (const { name: secretName } of all.filter(({ existing }) => existing))
    console.log(`left  Secret ${secretName}, which someone else makes`);

  refuse(
    contracts
      .flatMap((contract) => values.missing(contract))
      .map((path) => `${show(path)} is missing: write the value into this file, and run the command again`),
  );
  checkCertificate(values, contracts, config.django.hosts, folder);

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
