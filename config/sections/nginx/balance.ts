import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { must, duration, listOf, oneOf, section, text, wholeNumber, yesOrNo, type Meta } from '../../types';

/** Values of a request that nginx can hold on to, by the words of a setting. */
export const requestKey = () =>
  text(
    'address, host, uri, path, or cookie:NAME, header:NAME or argument:NAME',
    /^(?:address|host|uri|path|cookie:\w+|header:[A-Za-z][A-Za-z0-9-]*|argument:\w+)$/,
  );

const OTHER_HOST = 'an IPv4 address of another host';

const server = section({
  address: z
    .string(must(OTHER_HOST))
    .refine((value) => isIPv4(value) && !/^(?:0|127)\./.test(value), must(OTHER_HOST))
    .meta({
      description: 'Address of a server outside of the stack that takes part, such as the old host during a move.',
      expected: OTHER_HOST,
    } satisfies Meta),
  port: wholeNumber(1, 65535).meta({ description: 'Its port, which speaks HTTP.' } satisfies Meta),
  weight: wholeNumber(1, 1000)
    .default(1)
    .meta({ description: 'Its share, beside `balance.weight` of each pod.' } satisfies Meta),
  backup: yesOrNo()
    .default(false)
    .meta({ description: 'Asked only when no pod answers.' } satisfies Meta),
});

/** How requests are spread over the pods of Gunicorn. */
export const balance = section({
  method: oneOf('round_robin', 'least_conn', 'ip_hash', 'hash', 'random', 'sticky', 'least_time')
    .default('least_conn')
    .meta({ description: 'Algorithm; `least_time` needs Nginx 1.31.0 or newer.' } satisfies Meta),
  key: requestKey()
    .optional()
    .meta({ description: 'What `hash` goes by: requests that are alike in it reach the same pod.', derivedDefault: 'none' } satisfies Meta),
  cookie: text('the name of a cookie, such as route', /^[A-Za-z][\w-]{0,63}$/)
    .optional()
    .meta({ description: 'Cookie by which `sticky` knows a visitor again.', derivedDefault: '`route`' } satisfies Meta),
  weight: wholeNumber(1, 1000)
    .default(1)
    .meta({ description: 'Share of each pod beside `balance.servers`.' } satisfies Meta),
  servers: listOf(server, 'servers outside of the stack')
    .default([])
    .meta({ description: 'Further servers, which Nginx may then connect to.' } satisfies Meta),
  maxFails: wholeNumber(0, 100)
    // So many that a page that makes workers fail, asked for a few times, does not close the site.
    .default(10)
    .meta({
      description: 'Failures within `failTimeout` after which a pod is left out for as long; 0 for never. A single pod never is.',
    } satisfies Meta),
  failTimeout: duration('1s', '10m')
    .prefault('10s')
    .meta({ description: 'Time in which failures count, and for which a pod is then left out.' } satisfies Meta),
  keepalive: wholeNumber(0, 1000)
    .default(32)
    .meta({
      description: 'Idle connections to the pods that each worker process keeps; 0 for a new one with every request.',
    } satisfies Meta),
})
  .superRefine((value, context) => {
    const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (value.method === 'hash' && value.key === undefined) refuse(['key'], 'is needed by the method hash');
    if (value.method !== 'hash' && value.key !== undefined) refuse(['key'], `is for the method hash only, got ${value.method}`);
    if (value.method !== 'sticky' && value.cookie !== undefined) refuse(['cookie'], `is for the method sticky only, got ${value.method}`);
    const withoutBackup = ['hash', 'ip_hash', 'random'];
    value.servers.forEach(({ backup }, index) => {
      if (backup && withoutBackup.includes(value.method)) {
        refuse(['servers', index, 'backup'], `does not go with the method ${value.method}: take least_conn, round_robin or sticky`);
      }
    });
    value.servers.forEach(({ address, port }, index) => {
      if (value.servers.slice(0, index).some((other) => other.address === address && other.port === port)) {
        refuse(['servers', index], `stands here twice (${address}:${port}): give one of them the weight of both`);
      }
    });
  })
  .prefault({});
