/** Passwords of visitors, made by `npm run secrets` itself. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { secrets } from '../../../cli/secrets';
import { merge } from '../../../constructs/finish';
import type { Manifest } from '../../../constructs/manifests';
import { SMALLEST } from '../../support/stack';
import type { RequestOptions } from './client';
import type { Secrets } from './volumes';

/** The Secret that is written, and the password that is told. */
export async function madePassword(): Promise<{ readonly password: string; readonly secrets: Secrets }> {
  const root = mkdtempSync(join(tmpdir(), 'secrets-'));
  const silent = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    mkdirSync(join(root, 'environments'));
    const environment = merge(SMALLEST, { nginx: { access: { basicAuth: {} } } });
    writeFileSync(join(root, 'environments/prod.yaml'), stringify(environment));
    await secrets('prod', root);
    const objects = parseAllDocuments(readFileSync(join(root, 'secrets/prod/secrets.k8s.yaml'), 'utf8'));
    const found = objects.map((one) => one.toJS() as Manifest).find(({ metadata }) => metadata.name === 'shop-htpasswd');
    const { data } = found as unknown as { readonly data: { readonly htpasswd: string } };
    const password = readFileSync(join(root, 'secrets/prod/htpasswd/password'), 'utf8').trim();
    return { password, secrets: { 'shop-htpasswd': { htpasswd: Buffer.from(data.htpasswd, 'base64') } } };
  } finally {
    silent.mockRestore();
    rmSync(root, { recursive: true });
  }
}

export const login = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** A request of somebody who says a password. */
export const as = (password: string, user = 'admin'): RequestOptions => ({ headers: { Authorization: login(user, password) } });
