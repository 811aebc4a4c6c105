/** The words of settings for parts of a request, such as `address` or `cookie:sessionid`, as variables of nginx. */
import type { Concern } from './concern';
import type { ConfSettings } from './settings';
import { block } from './text';

/** The path as the client wrote it. Not `$uri`, in which nginx has taken `..` and double slashes out: Django sees them. */
const PATH = '$request_path';

const PLAIN: Readonly<Record<string, string>> = {
  // 4 or 16 bytes instead of text: small in zones, and as good in hashes.
  address: '$binary_remote_addr',
  host: '$host',
  uri: '$request_uri',
  path: PATH,
};

/** Variables that nginx has for each name. */
const NAMED: Readonly<Record<string, (name: string) => string>> = {
  cookie: (name) => `$cookie_${name}`,
  header: (name) => `$http_${name.toLowerCase().replaceAll('-', '_')}`,
  argument: (name) => `$arg_${name}`,
};

/** The variable that holds a part of a request: for hashes, limits and conditions. Empty where the request has no such part. */
export function variable(key: string): string {
  const [kind = '', name = ''] = key.split(':');
  const found = name === '' ? PLAIN[kind] : NAMED[kind]?.(name);
  if (found === undefined) throw new Error(`no variable of nginx is known for ${key}`);
  return found;
}

/** The same for the key of a cache. Django is told the port that the client named, and writes it into addresses of its pages. */
export const cacheVariable = (key: string) => (key === 'host' ? '$host$is_request_port$request_port' : variable(key));

/** Every part of a request that a setting names. */
function keys({ nginx: { balance, locations } }: ConfSettings): (string | undefined)[] {
  return [
    balance.key,
    ...locations.flatMap(({ cache, limits }) => [
      ...(cache?.key ?? []),
      ...(cache?.bypass ?? []),
      limits?.requests?.per,
      limits?.connections?.per,
    ]),
  ];
}

/** Variables that nginx lacks, where a setting names them. */
export const requestKeys: Concern = {
  http: (settings) => (keys(settings).includes('path') ? block(`map $request_uri ${PATH}`, '~^([^?]*) $1;') : []),
};
