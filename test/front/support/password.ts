/** Passwords of visitors, made by `npm run secrets` itself. */
import { secrets } from '../../../cli/secrets';
import type { Manifest } from '../../../constructs/manifests';
import { Place } from '../../support/place';
import type { RequestOptions } from './client';
import type { Secrets } from './volumes';

/** The Secret that is written, and the password that is told. */
export async function madePassword(): Promise<{ readonly password: string; readonly secrets: Secrets }> {
  const place = new Place();
  place.open();
  try {
    place.project({ nginx: { access: { basicAuth: {} } } });
    await secrets('prod', place.root);
    const found = place
      .secrets<Manifest & { readonly data: { readonly htpasswd: string } }>()
      .find(({ metadata }) => metadata.name === 'shop-htpasswd');
    const htpasswd = Buffer.from(found?.data.htpasswd ?? '', 'base64');
    return { password: place.read('htpasswd/password').trim(), secrets: { 'shop-htpasswd': { htpasswd } } };
  } finally {
    place.close();
  }
}

export const login = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** A request of somebody who says a password. */
export const as = (password: string, user = 'admin'): RequestOptions => ({ headers: { Authorization: login(user, password) } });
