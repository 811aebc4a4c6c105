/** Which settings of Postgres stand beside which `kind`. */
import type { Problem } from '../problems';
import type { Config } from '../resolve';
import type { Rule } from '../rules';
import type { Input } from '../schema';

type Kind = Config['postgres']['kind'];
type Name = keyof Input['postgres'];

/** Settings that stand beside one kind alone. */
const SECTIONS = { external: 'external', cloudNativePg: 'cloudnative-pg' } as const satisfies Partial<Record<Name, Kind>>;

/** Settings that a kind cannot keep, and what somebody else decides on there. */
const ELSEWHERE: Readonly<Record<Kind, Readonly<Partial<Record<Name, string>>>>> = {
  cluster: {},
  'cloudnative-pg': { tls: 'its certificate', drain: 'its restarts' },
  external: {
    storage: 'its volume',
    storageClass: 'its volume',
    slowStatements: 'its parameters',
    parameters: 'its parameters',
    locale: 'the locale of its databases',
    tls: 'its certificate',
    drain: 'its restarts',
    resources: 'its machine',
  },
};
const WHO: Readonly<Record<Kind, string>> = { cluster: '', 'cloudnative-pg': 'the operator', external: 'whoever runs the server' };

/** Settings that the file has and that its kind of Postgres cannot keep. */
export function settingsOfOtherKinds({ postgres: { kind } }: Config, { postgres: given }: Input): Problem[] {
  const sections = Object.entries(SECTIONS)
    .filter(([name, its]) => name in given && its !== kind)
    .map(([name, its]) => ({ path: ['postgres', name], message: `needs kind: ${its} beside it`, atKey: true }));
  const others = Object.entries(ELSEWHERE[kind])
    .filter(([name]) => name in given)
    .map(([name, what]) => ({
      path: ['postgres', name],
      message: `cannot be kept with kind: ${kind}, where ${WHO[kind]} decides on ${what}: remove it`,
      atKey: true,
    }));
  return [...sections, ...others];
}

export const kindRules: readonly Rule[] = [
  ({ postgres: { kind, storage } }) =>
    kind !== 'external' &&
    storage === 0 && { path: ['postgres', 'storage'], message: 'is missing: must be a quantity of bytes above 0, such as 512Mi or 20Gi' },
  ({ postgres: { kind, external } }) =>
    kind === 'external' &&
    external === undefined && { path: ['postgres', 'external'], message: 'is missing: must be a group of settings, with the host' },
  ({ postgres: { kind }, drill: { storage } }) =>
    kind === 'external' &&
    storage === 0 && {
      path: ['drill', 'storage'],
      message: 'is missing: a drill restores the whole database, whose size only you know with postgres.kind: external',
    },
];

/** What works, but may surprise. */
export const kindWarnings = ({ postgres: { external } }: Config): Problem[] =>
  external !== undefined && ['require', 'disable'].includes(external.sslMode)
    ? [
        {
          path: ['postgres', 'external', 'sslMode'],
          message: `is ${external.sslMode}: ${external.sslMode === 'disable' ? 'passwords and rows cross the network in the clear' : 'nobody makes sure that it is your server which answers'}`,
        },
      ]
    : [];
