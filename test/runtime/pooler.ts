/** What the pooler reads, as the stack and `npm run secrets` write it: JSON in, JSON out. */
import { readFileSync } from 'node:fs';
import { line } from '../../cli/userlist';
import { databaseOf } from '../../constructs/database';
import { ini } from '../../constructs/pooler/ini';
import { secretContracts } from '../../constructs/secrets';
import { config } from '../support/stack';

interface Wanted {
  readonly host: string;
  /** Whether it checks who the database is. */
  readonly tls: boolean;
  /** With their passwords. */
  readonly users: readonly [string, string][];
}

const { host, tls, users } = JSON.parse(readFileSync(0, 'utf8')) as Wanted;
const settings = config({ postgres: { pooler: {} } });
const { pooler, 'pooler-tls': certificate } = secretContracts(settings);
if (!pooler || !certificate) throw new Error('the pooler has lost a Secret');
const plain = tls ? {} : { sslMode: undefined, certificate: undefined };
const database = { ...databaseOf(settings), host, port: 1, name: 'DATABASE', ...plain };
console.log(
  JSON.stringify({
    ini: ini({ poolSize: 2, timeout: 5, clients: 20, database, users: pooler, certificate }),
    lines: users.map(([user, password]) => line(user, password)),
  }),
);
