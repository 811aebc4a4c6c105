import { PUBLIC_KEY } from '../support/public-key';
import { config } from '../support/stack';

const OFFSITE = { endpoint: 'https://s3.example.com', bucket: 'backups', publicKey: PUBLIC_KEY };
const offsite = (changes: object = {}) => config({ offsite: { ...OFFSITE, ...changes } }).offsite;

test('there is none unless the file says so', () => {
  expect(config().offsite).toBeUndefined();
});

test('an endpoint, a bucket and a key are enough; the folder is the namespace, and what stands at the port is sought in the internet', () => {
  expect(offsite()).toMatchObject({ region: 'us-east-1', prefix: 'shop-test', addresses: 'internet', port: 443, schedule: '30 * * * *' });
  expect(config({ namespace: 'team', offsite: OFFSITE }).offsite).toHaveProperty('prefix', 'team');
});

test.each([
  ['https://s3.example.com', 443],
  ['http://s3.example.com', 80],
  ['https://s3.example.com:8443', 8443],
  ['http://10.1.2.3:9000', 9000],
])('the port of %s is %i', (endpoint, port) => {
  expect(offsite({ endpoint })).toHaveProperty('port', port);
});

test.each(['endpoint', 'bucket', 'publicKey'])('fails without offsite.%s', (name) => {
  expect(() => offsite({ [name]: null })).toThrow(`offsite.${name}: is missing: must be`);
});

test.each([
  ['endpoint', 's3.example.com', 'must be an address such as'],
  ['endpoint', 'https://s3.example.com/bucket', 'must be an address such as'],
  ['endpoint', 'https://user:pass@s3.example.com', 'must be an address such as'],
  ['endpoint', 'ftp://s3.example.com', 'must be an address such as'],
  ['endpoint', 'https://s3.example.com:0', 'must be an address such as'],
  ['endpoint', 'https://s3.example.com:65536', 'must be an address such as'],
  ['bucket', 'Backups', 'must be the name of a bucket'],
  ['bucket', 'b', 'must be the name of a bucket'],
  ['bucket', 'a/b', 'must be the name of a bucket'],
  ['region', 'eu central', 'must be the name of a region'],
  ['prefix', '/shop', 'must be a folder'],
  ['prefix', 'shop/', 'must be a folder'],
  ['prefix', '../shop', 'must be a folder'],
  ['prefix', 'shop//x', 'must be a folder'],
  ['addresses', [], 'must name at least one range'],
  ['addresses', ['10.0.0.1/8'], 'must be a range of IPv4 or IPv6 addresses'],
  ['schedule', '30 25 * * *', 'must be a cron line'],
  ['image', 'rclone/rclone:latest', 'must be an image with a tag other than "latest"'],
])('fails for offsite.%s %j', (name, value, message) => {
  expect(() => offsite({ [name]: value })).toThrow(message);
});

describe('the key', () => {
  const whole = 'must be a public key of OpenPGP, whole, as `gpg --armor --export` writes it';

  test.each(['', 'shop backups', PUBLIC_KEY.slice(0, 200), PUBLIC_KEY.replace('BEGIN PGP PUBLIC KEY', 'BEGIN PGP MESSAGE')])(
    'fails for what is none: %j',
    (publicKey) => {
      expect(() => offsite({ publicKey })).toThrow(`offsite.publicKey: ${whole}`);
    },
  );

  test('fails for the private one, and no message shows it', () => {
    const publicKey = PUBLIC_KEY.replaceAll('PUBLIC', 'PRIVATE');
    for (const wrong of [publicKey, `${PUBLIC_KEY}\n${publicKey}`]) {
      let said = '';
      try {
        offsite({ publicKey: wrong });
      } catch (error) {
        said = String(error);
      }
      expect(said).toContain('and not the private one: keep that out of this file and of Git');
      expect(said).not.toContain('mDMEawQ82RYJKwYBBAHaRw8BAQdA8');
    }
  });
});

test('fails for less disk than rclone and a piece take', () => {
  const disk = (size: string) =>
    offsite({ resources: { requests: { 'ephemeral-storage': '64Mi' }, limits: { 'ephemeral-storage': size } } });
  expect(() => disk('511Mi')).toThrow(
    'offsite.resources.limits.ephemeral-storage: must be at least 512Mi for rclone and what is on its way, got 511Mi',
  );
  expect(disk('512Mi')).toBeDefined();
});
