import type { Concern } from './concern';
import type { ConfSettings } from './settings';
import type { Line } from './text';

/** Strict-Transport-Security, for every level that has headers of its own: those of the level above do not hold there. */
export function hstsHeader({ tls: { hsts } }: ConfSettings['nginx']): Line[] {
  if (!hsts) return [];
  const words = [`max-age=${hsts.maxAge}`, ...(hsts.includeSubDomains ? ['includeSubDomains'] : []), ...(hsts.preload ? ['preload'] : [])];
  return [`add_header Strict-Transport-Security "${words.join('; ')}" always;`];
}

/** HTTP Strict Transport Security, on every answer of the site. */
export const hsts: Concern = {
  server: ({ nginx }) => hstsHeader(nginx),
  location: (_location, { nginx }) => (nginx.tls.hsts ? ['proxy_hide_header Strict-Transport-Security;', ...hstsHeader(nginx)] : []),
};
