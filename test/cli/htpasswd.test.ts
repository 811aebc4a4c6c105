import { createHash } from 'node:crypto';
import { htpasswdProblems, passwordLine } from '../../cli/htpasswd';
import { secrets } from '../../cli/secrets';
import { place } from '../support/place';

const here = place();
const project = (nginx: object) => here.project({ nginx });
const names = () => here.secrets().map(({ metadata }) => metadata.name);

/** Whether a line is of that password. */
function verify(line: string, password: string): boolean {
  const bytes = Buffer.from(line.trim().replace('admin:{SSHA}', ''), 'base64');
  return createHash('sha1').update(password).update(bytes.subarray(20)).digest().equals(bytes.subarray(0, 20));
}

describe('a password', () => {
  test('is made where a location asks for one, and its place is told', async () => {
    project({ locations: [{ path: '/staff/', access: { basicAuth: {} } }] });
    await secrets('prod', here.root);
    const password = here.read('htpasswd/password').trim();
    expect(password).toMatch(/^[\w-]{24}$/);
    expect(verify(here.read('htpasswd/htpasswd'), password)).toBe(true);
    expect(here.said).toContain('note  the password of admin stands in secrets/prod/htpasswd/password');
    expect(names()).toContain('shop-htpasswd');
  });

  test('itself is in no Secret', async () => {
    project({ access: { basicAuth: {} } });
    await secrets('prod', here.root);
    const manifest = here.read('secrets.k8s.yaml');
    const password = here.read('htpasswd/password').trim();
    expect(manifest).not.toContain(password);
    expect(manifest).not.toContain(Buffer.from(password).toString('base64').slice(0, 20));
  });

  test('is not made where none is asked for', async () => {
    project({});
    await secrets('prod', here.root);
    expect(names()).toEqual([
      'shop-django',
      'shop-postgres',
      'shop-postgres-owner',
      'shop-postgres-app',
      'shop-postgres-backup',
      'shop-postgres-tls',
      'shop-tls',
    ]);
    expect(here.said.join()).not.toContain('password of admin');
  });

  test('stays as it is, whenever the command runs', async () => {
    project({ access: { basicAuth: {} } });
    await secrets('prod', here.root);
    const before = [here.read('htpasswd/password'), here.read('htpasswd/htpasswd')];
    await secrets('prod', here.root);
    expect([here.read('htpasswd/password'), here.read('htpasswd/htpasswd')]).toEqual(before);
  });

  test('that stands there is taken', async () => {
    project({ access: { basicAuth: {} } });
    here.give('htpasswd/password', 'correct horse battery staple\n');
    await secrets('prod', here.root);
    expect(verify(here.read('htpasswd/htpasswd'), 'correct horse battery staple')).toBe(true);
  });

  test('that is empty lets nobody in', async () => {
    project({ access: { basicAuth: {} } });
    here.give('htpasswd/password', '\n');
    await expect(secrets('prod', here.root)).rejects.toThrow('secrets/prod/htpasswd/htpasswd is missing');
  });

  test('of a Secret that someone else makes is left alone', async () => {
    project({ access: { basicAuth: { secretName: 'staff' } } });
    await secrets('prod', here.root);
    expect(names()).not.toContain('staff');
    expect(here.said).toContain('left  Secret staff, which someone else makes');
  });
});

describe('hashes of the user', () => {
  test('are taken as they are, and no password is made', async () => {
    project({ access: { basicAuth: {} } });
    here.give('htpasswd/htpasswd', '# staff\nana:$apr1$x$y\nbo:$6$x$y\n');
    await secrets('prod', here.root);
    expect(here.said.join()).not.toContain('password');
  });

  test('that nginx would not know are refused with their line', async () => {
    project({ access: { basicAuth: {} } });
    here.give('htpasswd/htpasswd', 'ana:$apr1$x$y\nbo:secret\n');
    await expect(secrets('prod', here.root)).rejects.toThrow(
      'secrets/prod/htpasswd/: htpasswd line 2 must be a name, ":", and a hash that nginx knows, such as that of: htpasswd -n NAME',
    );
  });

  test.each(['', '\n', '# only\n'])('are at least one: %j', (text) => {
    expect(htpasswdProblems(text)).toEqual(['must hold a line such as that of: htpasswd -n NAME']);
  });

  test.each(['ana', 'ana:', ':{SHA}x', 'ana:{PLAIN}x', 'ana:secret', 'ana $6$x$y', 'ana:$7$x'])('are refused: %s', (line) => {
    expect(htpasswdProblems(line)).toHaveLength(1);
  });

  test.each(['{SSHA}eA==', '{SHA}eA==', '$apr1$a$b', '$1$a$b', '$2y$05$a', '$5$a$b', '$6$rounds=1000$a$b', '$6$a$b:a comment'])(
    'are taken: %s',
    (hash) => {
      expect(htpasswdProblems(`ana:${hash}\r\n`)).toEqual([]);
    },
  );
});

test('two hashes of one password differ', () => {
  expect(passwordLine('a')).not.toBe(passwordLine('a'));
});
