import { stringify } from 'yaml';
import { merge } from '../../../constructs/finish';
import { ARCHIVED, EXTERNAL, OPERATED } from '../../support/kinds';
import { parseEnvironment } from '../../../config/load';
import { config, problems, ROOT, SMALLEST } from '../../support/stack';

const said = (...changes: object[]) =>
  problems(stringify(changes.reduce((file, change) => merge(file, change) as object, SMALLEST))).map((line) => line.replace(/^\S+ /, ''));
const warned = (changes: object) =>
  parseEnvironment(ROOT, 'environments/test.yaml', stringify(merge(SMALLEST, changes)), [])
    ?.warnings.map((line) => line.replace(/^\S+ /, ''))
    .filter((line) => line.startsWith('postgres.'));
const external = (settings: object) => ({ postgres: { external: settings } });

test('a server of somebody else is named, and nothing is missing', () => {
  expect(said(EXTERNAL)).toEqual([]);
  expect(said(EXTERNAL, external({ port: 6432, sslMode: 'verify-ca' }))).toEqual([]);
});

test('an address is where it may be found; a name says nothing to a network policy', () => {
  expect(config(merge(EXTERNAL, external({ host: '10.1.2.3', addresses: null })) as object).postgres.external?.addresses).toEqual([
    '10.1.2.3/32',
  ]);
  expect(said(EXTERNAL, external({ addresses: null }))).toEqual([
    expect.stringMatching(/^postgres\.external\.addresses: is missing: network policies know no names, so say where db\.example\.com may/),
  ]);
});

test('settings that only a server of its own can keep are refused by name, all at once', () => {
  const settings = {
    storage: '1Gi',
    storageClass: 'fast',
    slowStatements: '1s',
    parameters: { work_mem: '8MB' },
    locale: { provider: 'libc', name: 'C' },
    tls: { enabled: true },
    drain: 'allow',
    resources: { limits: { cpu: 1 } },
  };
  const lines = said(EXTERNAL, { postgres: settings });
  expect(lines).toHaveLength(Object.keys(settings).length);
  for (const name of Object.keys(settings)) {
    expect(lines).toContainEqual(
      expect.stringMatching(new RegExp(`^postgres\\.${name}: cannot be kept with kind: external, where whoever runs the server decides`)),
    );
  }
});

test.each([
  [{ postgres: { kind: 'cluster' } }, [/^postgres\.external: needs kind: external/, /^postgres\.storage: is missing: must be a quantity/]],
  [{ postgres: { external: null } }, [/^postgres\.external: is missing/]],
  [{ drill: null }, [/^drill\.storage: is missing: a drill restores the whole database, whose size only you know/]],
  [external({ host: 'db_1.example.com' }), [/^postgres\.external\.host: must be the name of a host in DNS/]],
  [external({ host: '::1' }), [/^postgres\.external\.host: must be the name of a host in DNS/]],
  [external({ host: '300.1.1.1' }), [/^postgres\.external\.host: must be the name of a host in DNS/]],
  [external({ sslMode: 'prefer' }), [/^postgres\.external\.sslMode: must be one of verify-full, verify-ca, require, disable/]],
  [external({ secretName: null }), [/^postgres\.external\.secretName: is missing/]],
  [external({ addresses: [] }), [/^postgres\.external\.addresses: must name at least one range/]],
])('%j is refused', (changes, lines) => {
  expect(said(EXTERNAL, changes)).toEqual(lines.map((line) => expect.stringMatching(line) as string));
});

describe('servers that CloudNativePG runs', () => {
  const cnpg = (settings: object) => ({ postgres: { cloudNativePg: settings } });
  const of = (postgres: object) => ({ postgres });

  test('need no more than the kind and the size of a volume', () => {
    expect(said(OPERATED)).toEqual([]);
    expect(config(OPERATED).postgres.cloudNativePg).toMatchObject({
      cluster: 'shop-postgres',
      instances: 3,
      operatorNamespace: 'cnpg-system',
    });
    expect(
      said(OPERATED, ARCHIVED, cnpg({ cluster: 'shop-2', recovery: { from: 'shop-postgres', at: '2026-11-23T13:00:00+01:00' } })),
    ).toEqual([]);
  });

  test('take the settings of a server of the release, but for two that the operator decides on', () => {
    const kept = { storageClass: 'fast', slowStatements: '1s', parameters: { work_mem: '8MB' }, resources: { limits: { cpu: 1 } } };
    expect(said(OPERATED, of({ ...kept, locale: { provider: 'libc', name: 'C' } }))).toEqual([]);
    expect(said(OPERATED, of({ tls: { enabled: true }, drain: 'allow' }))).toEqual([
      expect.stringMatching(
        /^postgres\.tls: cannot be kept with kind: cloudnative-pg, where the operator decides on its certificate: remove it/,
      ),
      expect.stringMatching(
        /^postgres\.drain: cannot be kept with kind: cloudnative-pg, where the operator decides on its restarts: remove it/,
      ),
    ]);
  });

  test.each([
    [{ kind: 'cluster', cloudNativePg: {} }, /^postgres\.cloudNativePg: needs kind: cloudnative-pg beside it/],
    [{ external: EXTERNAL.postgres.external }, /^postgres\.external: needs kind: external beside it/],
    [{ storage: null }, /^postgres\.storage: is missing/],
    [{ user: 'postgres' }, /^postgres\.user: must not be a role that CloudNativePG keeps for itself, got postgres: set another/],
    [{ parameters: { archive_mode: 'on' } }, /^postgres\.parameters\.archive_mode: is set by CloudNativePG, which takes it from nobody/],
    [
      { parameters: { wal_level: 'minimal', max_wal_senders: 0 } },
      /^postgres\.parameters\.wal_level: must be replica or logical with kind/,
    ],
    [{ cloudNativePg: { instances: 0 } }, /^postgres\.cloudNativePg\.instances: must be a whole number from 1 to 20/],
    [{ cloudNativePg: { cluster: 'Shop' } }, /^postgres\.cloudNativePg\.cluster: must be at most 50 lower-case letters/],
    [{ cloudNativePg: { cluster: 'shop-pooler' }, pooler: {} }, /^postgres\.cloudNativePg\.cluster: must not be the name of the pooler/],
    [
      { cloudNativePg: { image: 'registry.example.com/pg:17.2' } },
      /^postgres\.cloudNativePg\.image: must have a tag that begins with .*, 18,/,
    ],
    [
      { cloudNativePg: { image: `registry.example.com/pg@sha256:${'0'.repeat(64)}` } },
      /^postgres\.cloudNativePg\.image: must have a tag that begins with postgres\.version, 18, where the operator reads it/,
    ],
    [{ cloudNativePg: { recovery: { from: 'former' } } }, /^postgres\.cloudNativePg\.recovery: needs archive beside it/],
  ])('%j is refused', (changes, line) => {
    expect(said(OPERATED, of(changes))).toEqual([expect.stringMatching(line)]);
  });

  test.each([
    [{ recovery: { from: 'shop-postgres' } }, /^postgres\.cloudNativePg\.recovery\.from: must be another than .*, such as shop-postgres-2/],
    [
      { recovery: { from: 'former', at: 'yesterday' } },
      /^postgres\.cloudNativePg\.recovery\.at: must be a time with its zone, such as 2026-/,
    ],
    [{ recovery: { from: 'former', at: '2026-11-23T13:00:00' } }, /^postgres\.cloudNativePg\.recovery\.at: must be a time with its zone/],
    [{ archive: { days: 0 } }, /^postgres\.cloudNativePg\.archive\.days: must be a whole number of days from 1 to 3650/],
    [{ archive: { bucket: null } }, /^postgres\.cloudNativePg\.archive\.bucket: is missing/],
  ])('with an archive %j is refused', (changes, line) => {
    expect(said(OPERATED, ARCHIVED, cnpg(changes))).toEqual([expect.stringMatching(line)]);
  });

  test.each([
    [{}, [/^postgres\.cloudNativePg: has no archive: what came after the last dump is lost/]],
    [ARCHIVED.postgres.cloudNativePg, []],
    [{ ...ARCHIVED.postgres.cloudNativePg, instances: 2 }, [/^postgres\.cloudNativePg\.instances: is 2: a server that is lost may take/]],
  ])('%j is warned of', (changes, lines) => {
    expect(warned(merge(OPERATED, cnpg(changes)) as object)).toEqual(lines.map((line) => expect.stringMatching(line) as string));
  });
});
