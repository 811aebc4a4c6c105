/** A real S3 server on the host outside of the cluster, and accounts that may what docs/how-to/off-site.md says. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './kubectl';

/** What it says to do. */
export const PAGE = readFileSync(join(__dirname, '../../../docs/how-to/off-site.md'), 'utf8');
const PROGRAM = join(process.env.OFFSITE_TOOLS ?? '', 'versitygw');
const HOST = '10.99.0.10:9000';
const ENDPOINT = `http://${HOST}`;
const REGION = 'eu-central-1';
/** Those of the page. */
const BUCKET = 'example-backups';
const PREFIX = 'shop-prod';
const ROOT = 'root';

export type Account = 'writer' | 'reader';
const secretOf = (account: string) => `${account}-s3cr3t`;
export const credentials = (account: Account) => ({ ACCESS_KEY_ID: account, SECRET_ACCESS_KEY: secretOf(account) });

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Headers of a request of the root account. Source: Amazon S3, "Signature Version 4". */
function signed(method: string, path: string, query: string, body: string): Record<string, string> {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const headers = { host: HOST, 'x-amz-content-sha256': sha256(body), 'x-amz-date': time };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
  const scope = [time.slice(0, 8), REGION, 's3', 'aws4_request'];
  const canonical = [method, path, query, ...lines, '', names, sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n');
  const key = [...scope, text].reduce<Buffer | string>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${secretOf(ROOT)}`,
  );
  const signature = (key as Buffer).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${ROOT}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
}

export class Bucket {
  /** Of the section `offsite`. */
  public readonly settings = { endpoint: ENDPOINT, region: REGION, bucket: BUCKET, prefix: PREFIX, addresses: ['10.99.0.10/32'] };
  private readonly folder = mkdtempSync(join(tmpdir(), 'bucket-'));
  private server?: ChildProcess;

  public async start(): Promise<void> {
    const [objects, accounts] = ['objects', 'accounts'].map((name) => join(this.folder, name)) as [string, string];
    for (const folder of [objects, accounts]) mkdirSync(folder);
    const command = [
      PROGRAM,
      '--port',
      HOST,
      '--region',
      REGION,
      '--quiet',
      '--iam-dir',
      accounts,
      '--iam-cache-disable',
      'posix',
      objects,
    ];
    const env = { ...process.env, ROOT_ACCESS_KEY: ROOT, ROOT_SECRET_KEY: secretOf(ROOT) };
    this.server = spawn(join(__dirname, '../node/outside'), command, { env, stdio: 'ignore' });
    await until('the S3 server', () => this.account('writer'));
    this.account('reader');
    await this.put(`/${BUCKET}`);
    const statements = (['writer', 'reader'] as const).flatMap((account) => {
      const [, policy = ''] = new RegExp(`^\`\`\`json ${account}\\n([^]*?)^\`\`\``, 'm').exec(PAGE) ?? [];
      return (JSON.parse(policy) as { Statement: object[] }).Statement.map((one) => ({ ...one, Principal: account }));
    });
    await this.put(`/${BUCKET}`, 'policy=', JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  }

  public stop(): void {
    this.server?.kill();
  }

  /** Objects by name. */
  public objects(): Record<string, Buffer> {
    const folder = join(this.folder, 'objects', BUCKET, PREFIX);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    return Object.fromEntries(
      files.map((one) => [join(one.parentPath, one.name).slice(folder.length + 1), readFileSync(join(one.parentPath, one.name))]),
    );
  }

  private account(name: Account): boolean {
    const admin = ['admin', '--access', ROOT, '--secret', secretOf(ROOT), '--region', REGION, '--endpoint-url', ENDPOINT];
    const user = ['create-user', '--access', name, '--secret', secretOf(name), '--role', 'user'];
    return spawnSync(PROGRAM, [...admin, ...user]).status === 0;
  }

  private async put(path: string, query = '', body = ''): Promise<void> {
    const answer = await fetch(`${ENDPOINT}${path}?${query}`, { method: 'PUT', headers: signed('PUT', path, query, body), body });
    if (!answer.ok) throw new Error(`PUT ${path}?${query}: ${answer.status} ${await answer.text()}`);
  }
}
