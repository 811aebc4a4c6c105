/** How long the certificates of the front last. Keys are not asked for. */
import { X509Certificate } from 'node:crypto';
import type { Config } from '../../../config/resolve';
import { secretContracts, TLS_CERTIFICATE } from '../../../constructs/secrets';
import type { Asking } from '../../kubectl';
import { ifKnown, isUnknown, type Unknown } from '../asking';
import type { Row } from '../row';

const DAY = 86_400_000;
/** Days that are too few to wait for what renews it by itself. */
const FEW = 14;

export interface Certificate {
  readonly secret: string;
  /** Of the Secret, in PEM. */
  readonly pem: string | Unknown;
}

/** Asks for each of them. */
export function certificates(kubectl: Asking, config: Config): Promise<Certificate[]> {
  const secrets = Object.values(secretContracts(config)).filter(
    ({ type, readers }) => type === 'kubernetes.io/tls' && readers.includes('nginx'),
  );
  const output = `jsonpath={.data.${TLS_CERTIFICATE.replace('.', '\\.')}}`;
  return Promise.all(
    secrets.map(async ({ name: secret }) => {
      const said = await ifKnown(() => kubectl.run(['get', 'secret', secret, '--output', output]));
      return { secret, pem: isUnknown(said) ? said : Buffer.from(said, 'base64').toString() };
    }),
  );
}

/** Whole days that are left, and when they end. */
function lasts(pem: string, now: number): { days: number; until: string; names: string } | undefined {
  try {
    const { validTo, subjectAltName = '' } = new X509Certificate(pem);
    const until = Date.parse(validTo);
    const names = subjectAltName.replaceAll('DNS:', '');
    return { days: Math.floor((until - now) / DAY), until: new Date(until).toISOString(), names };
  } catch {
    return undefined;
  }
}

function certificateRow({ secret, pem }: Certificate, now: number): Row {
  const absent = isUnknown(pem) && pem.unknown.includes('(NotFound)');
  if (isUnknown(pem) && !absent) return { says: `${secret}: not known: ${pem.unknown}`, well: null, details: { secret } };
  const found = isUnknown(pem) ? undefined : lasts(pem, now);
  if (!found)
    return { says: `${secret} ${absent ? 'is not there' : `has no certificate in ${TLS_CERTIFICATE}`}`, well: false, details: { secret } };
  const { days, until } = found;
  const left = days < 0 ? 'has ended' : days === 1 ? '1 day left' : `${days} days left`;
  return { says: `${secret}: ${left}, until ${until.slice(0, 10)}`, well: days >= FEW, details: { secret, ...found } };
}

/** All of them in one. */
export function certificatesRow(all: readonly Certificate[], now: number): Row {
  const rows = all.map((one) => certificateRow(one, now));
  const well = rows.some((row) => row.well === false) ? false : rows.every((row) => row.well) ? true : null;
  return {
    says: rows.map(({ says }) => says).join('; '),
    well,
    mend: well === false ? 'docs/front/tls.md says who renews which' : undefined,
    details: { secrets: rows.map(({ details }) => details) },
  };
}
